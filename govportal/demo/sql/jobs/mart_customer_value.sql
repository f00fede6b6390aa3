TRUNCATE mart.customer_value;

INSERT INTO mart.customer_value (customer_id, orders, revenue, first_order_on, last_order_on, band)
SELECT customer_id, orders, revenue, first_order_on, last_order_on,
       CASE WHEN standing >= 0.9 THEN 'A' WHEN standing >= 0.5 THEN 'B' ELSE 'C' END
FROM (
    SELECT o.customer_id,
           count(o.order_id) AS orders,
           sum(o.revenue) AS revenue,
           min(o.ordered_on) AS first_order_on,
           max(o.ordered_on) AS last_order_on,
           percent_rank() OVER (ORDER BY sum(o.revenue)) AS standing
    FROM core.fct_order o
    GROUP BY o.customer_id
) ranked;
