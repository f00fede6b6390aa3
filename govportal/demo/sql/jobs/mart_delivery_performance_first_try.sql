-- Fails: a carrier that has delivered nothing yet divides by zero. Kept as the night when it happened.
TRUNCATE mart.delivery_performance;

INSERT INTO mart.delivery_performance (month, carrier, shipments, delivered, late, on_time_share)
SELECT month, carrier, shipments, delivered, late, (delivered - late)::numeric / delivered
FROM (
    SELECT date_trunc('month', s.shipped_at AT TIME ZONE 'UTC')::date AS month,
           s.carrier,
           count(*) AS shipments,
           count(s.delivered_at) AS delivered,
           count(*) FILTER (WHERE s.delivered_at::date > s.promised_on) AS late
    FROM staging.shop_shipments s
    GROUP BY 1, 2
) counted;
