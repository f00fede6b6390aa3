TRUNCATE ml.training_set;

INSERT INTO ml.training_set
    (customer_id, as_of, tenure_days, recency_days, orders_total, orders_180d, revenue_total, late_orders,
     tickets, newsletter, clinic_visits_365d, churned, split)
SELECT f.customer_id,
       f.as_of,
       f.tenure_days,
       f.recency_days,
       f.orders_total,
       f.orders_180d,
       f.revenue_total,
       f.late_orders,
       f.tickets,
       f.newsletter,
       f.clinic_visits_365d,
       NOT EXISTS (
           SELECT 1 FROM core.fct_order o
           WHERE o.customer_id = f.customer_id AND o.ordered_on >= f.as_of
       ),
       CASE WHEN f.customer_id % 4 = 0 THEN 'test' ELSE 'train' END
FROM ml.features f
WHERE f.as_of = (SELECT min(as_of) FROM ml.features);
