DELETE FROM core.dim_customer d
WHERE NOT EXISTS (SELECT 1 FROM staging.shop_customers c WHERE c.customer_id = d.customer_id);

INSERT INTO core.dim_customer
    (customer_id, email_hash, birth_year, country_code, segment, registered_on, newsletter, profiling)
SELECT c.customer_id,
       encode(sha256(convert_to(lower(c.email), 'UTF8')), 'hex'),
       extract(year FROM nullif(c.birth_date, DATE '1900-01-01')),
       c.country_code,
       c.segment,
       c.registered_at::date,
       coalesce(a.newsletter, false),
       coalesce(a.profiling, false)
FROM staging.shop_customers c
LEFT JOIN (
    SELECT s.customer_id,
           bool_or(s.purpose = 'newsletter') AS newsletter,
           bool_or(s.purpose = 'profiling') AS profiling
    FROM staging.shop_consents s
    WHERE s.granted AND s.withdrawn_at IS NULL
    GROUP BY s.customer_id
) a ON a.customer_id = c.customer_id
ON CONFLICT (customer_id) DO UPDATE SET
    email_hash = excluded.email_hash, birth_year = excluded.birth_year, country_code = excluded.country_code,
    segment = excluded.segment, registered_on = excluded.registered_on, newsletter = excluded.newsletter,
    profiling = excluded.profiling;
