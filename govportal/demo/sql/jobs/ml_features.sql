TRUNCATE ml.features;

INSERT INTO ml.features
    (customer_id, as_of, tenure_days, recency_days, orders_total, orders_180d, revenue_total, late_orders,
     tickets, newsletter, clinic_visits_365d)
WITH days AS (
    SELECT newest.day - back.days AS as_of
    FROM (SELECT max(ordered_on) + 1 AS day FROM core.fct_order) newest
    CROSS JOIN (VALUES (0), (90)) AS back (days)
),
bought AS (
    SELECT y.as_of,
           o.customer_id,
           y.as_of - max(o.ordered_on) AS recency_days,
           count(*) AS orders_total,
           count(*) FILTER (WHERE o.ordered_on >= y.as_of - 180) AS orders_180d,
           sum(o.revenue) AS revenue_total,
           count(*) FILTER (WHERE o.days_late > 0) AS late_orders
    FROM days y
    JOIN core.fct_order o ON o.ordered_on < y.as_of
    GROUP BY y.as_of, o.customer_id
),
asked AS (
    SELECT y.as_of, t.customer_id, count(t.ticket_id) AS tickets
    FROM days y
    JOIN staging.shop_support_tickets t ON t.opened_at < y.as_of
    GROUP BY y.as_of, t.customer_id
),
treated AS (
    SELECT y.as_of, l.customer_id, count(v.visit_id) AS visits
    FROM days y
    JOIN core.fct_visit v ON v.visited_on < y.as_of AND v.visited_on >= y.as_of - 365
    JOIN core.person_link l ON l.patient_id = v.patient_id
    GROUP BY y.as_of, l.customer_id
)
SELECT b.customer_id,
       b.as_of,
       b.as_of - c.registered_on,
       b.recency_days,
       b.orders_total,
       b.orders_180d,
       b.revenue_total,
       b.late_orders,
       coalesce(a.tickets, 0),
       c.newsletter,
       coalesce(t.visits, 0)
FROM bought b
JOIN core.dim_customer c ON c.customer_id = b.customer_id
LEFT JOIN asked a ON a.customer_id = b.customer_id AND a.as_of = b.as_of
LEFT JOIN treated t ON t.customer_id = b.customer_id AND t.as_of = b.as_of
WHERE b.recency_days <= 365;
