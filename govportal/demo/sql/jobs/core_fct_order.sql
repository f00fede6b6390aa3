TRUNCATE core.fct_order;

INSERT INTO core.fct_order (order_id, customer_id, ordered_on, status, lines, revenue, days_late)
SELECT o.order_id,
       o.customer_id,
       o.ordered_at::date,
       coalesce(o.status, 'unknown'),
       i.lines,
       i.revenue,
       s.delivered_at::date - s.promised_on
FROM staging.shop_orders o
JOIN (
    SELECT order_id, count(line_no) AS lines, sum(line_total) AS revenue
    FROM staging.shop_order_items
    GROUP BY order_id
) i ON i.order_id = o.order_id
LEFT JOIN staging.shop_shipments s ON s.order_id = o.order_id
WHERE o.status IS DISTINCT FROM 'cancelled';
