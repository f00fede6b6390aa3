TRUNCATE core.person_link;

INSERT INTO core.person_link (customer_id, patient_id, matched_on)
SELECT c.customer_id,
       p.patient_id,
       CASE WHEN c.birth_date = p.birth_date THEN 'email and birth date' ELSE 'email' END
FROM staging.shop_customers c
JOIN staging.clinic_patients p ON lower(p.email) = lower(c.email);
