-- The warehouse: empty here, filled by the pipeline from the shop and the clinic.
CREATE SCHEMA staging;
CREATE SCHEMA core;
CREATE SCHEMA mart;
CREATE SCHEMA ml;
COMMENT ON SCHEMA staging IS 'Copies of source tables, replaced at each run.';
COMMENT ON SCHEMA core IS 'Cleaned facts and dimensions.';
COMMENT ON SCHEMA mart IS 'Figures for reports.';
COMMENT ON SCHEMA ml IS 'Features and training data.';

CREATE TABLE staging.shop_customers (
    customer_id integer PRIMARY KEY, first_name text, last_name text, email text, birth_date date,
    country_code char(2), segment text, registered_at timestamptz
);
COMMENT ON TABLE staging.shop_customers IS 'Copy of the shop''s customers, names and e-mail addresses included.';
CREATE TABLE staging.shop_consents (
    consent_id integer PRIMARY KEY, customer_id integer, purpose text, granted boolean,
    given_at timestamptz, withdrawn_at timestamptz
);
COMMENT ON TABLE staging.shop_consents IS 'Copy of the shop''s consents.';
CREATE TABLE staging.shop_orders (
    order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, status text, shipping_cost numeric(6, 2)
);
COMMENT ON TABLE staging.shop_orders IS 'Copy of the shop''s orders.';
CREATE TABLE staging.shop_order_items (
    order_id integer, line_no smallint, product_id integer, quantity smallint, line_total numeric(12, 2),
    PRIMARY KEY (order_id, line_no)
);
COMMENT ON TABLE staging.shop_order_items IS 'Copy of the shop''s order lines.';
CREATE TABLE staging.shop_products (product_id integer PRIMARY KEY, sku text, name text, category text);
COMMENT ON TABLE staging.shop_products IS 'Products with the name of their category.';
CREATE TABLE staging.shop_shipments (
    shipment_id integer PRIMARY KEY, order_id integer, carrier text, shipped_at timestamptz, promised_on date,
    delivered_at timestamptz
);
COMMENT ON TABLE staging.shop_shipments IS 'Copy of the shop''s shipments.';
CREATE TABLE staging.shop_support_tickets (
    ticket_id integer PRIMARY KEY, customer_id integer, topic text, opened_at timestamptz, satisfaction smallint
);
COMMENT ON TABLE staging.shop_support_tickets IS 'Support tickets without their text.';
CREATE TABLE staging.clinic_patients (patient_id integer PRIMARY KEY, email text, birth_date date, sex char(1));
COMMENT ON TABLE staging.clinic_patients IS 'Copy of the clinic''s patients without their names.';
CREATE TABLE staging.clinic_visits (
    visit_id integer PRIMARY KEY, patient_id integer, department text, kind text, arrived_at timestamptz, cost numeric(10, 2)
);
COMMENT ON TABLE staging.clinic_visits IS 'Visits with the name of their department.';

CREATE TABLE core.dim_customer (
    customer_id integer PRIMARY KEY,
    email_hash text,
    birth_year smallint,
    country_code char(2) NOT NULL,
    segment text NOT NULL,
    registered_on date NOT NULL,
    newsletter boolean NOT NULL,
    profiling boolean NOT NULL
);
COMMENT ON TABLE core.dim_customer IS 'Customers without names; the e-mail address is hashed.';
COMMENT ON COLUMN core.dim_customer.email_hash IS 'SHA-256 of the lower-case address: joins, but does not mail.';
COMMENT ON COLUMN core.dim_customer.profiling IS 'A standing consent to profiling exists.';
CREATE TABLE core.fct_order (
    order_id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES core.dim_customer ON DELETE CASCADE,
    ordered_on date NOT NULL,
    status text NOT NULL,
    lines integer NOT NULL,
    revenue numeric(12, 2) NOT NULL,
    days_late integer
);
CREATE INDEX fct_order_customer ON core.fct_order (customer_id, ordered_on);
COMMENT ON TABLE core.fct_order IS 'Orders that were not cancelled, with revenue and delay.';
COMMENT ON COLUMN core.fct_order.days_late IS 'Days after the promise; negative is early, empty is not delivered.';
CREATE TABLE core.fct_visit (
    visit_id integer PRIMARY KEY,
    patient_id integer NOT NULL,
    visited_on date NOT NULL,
    department text NOT NULL,
    kind text NOT NULL,
    cost numeric(10, 2) NOT NULL
);
CREATE INDEX fct_visit_patient ON core.fct_visit (patient_id, visited_on);
COMMENT ON TABLE core.fct_visit IS 'Visits to the clinic. Health data: the patient number leads back to a person.';
CREATE TABLE core.person_link (
    customer_id integer NOT NULL REFERENCES core.dim_customer ON DELETE CASCADE,
    patient_id integer NOT NULL,
    matched_on text NOT NULL CHECK (matched_on IN ('email', 'email and birth date')),
    PRIMARY KEY (customer_id, patient_id)
);
COMMENT ON TABLE core.person_link IS 'Customers who are patients too, matched by e-mail address.';

CREATE TABLE mart.monthly_revenue (
    month date NOT NULL, category text NOT NULL, orders integer NOT NULL, units integer NOT NULL,
    revenue numeric(14, 2) NOT NULL, PRIMARY KEY (month, category)
);
COMMENT ON TABLE mart.monthly_revenue IS 'Revenue by month and category.';
CREATE TABLE mart.delivery_performance (
    month date NOT NULL, carrier text NOT NULL, shipments integer NOT NULL, delivered integer NOT NULL,
    late integer NOT NULL, on_time_share numeric(5, 4), PRIMARY KEY (month, carrier)
);
COMMENT ON TABLE mart.delivery_performance IS 'How many parcels came in time, by month and carrier.';
COMMENT ON COLUMN mart.delivery_performance.on_time_share IS 'Of the delivered parcels; empty before the first delivery.';
CREATE TABLE mart.customer_value (
    customer_id integer PRIMARY KEY, orders integer NOT NULL, revenue numeric(14, 2) NOT NULL,
    first_order_on date NOT NULL, last_order_on date NOT NULL, band text NOT NULL CHECK (band IN ('A', 'B', 'C'))
);
COMMENT ON TABLE mart.customer_value IS 'What each customer has been worth; A is the best tenth.';

CREATE TABLE ml.features (
    customer_id integer NOT NULL, as_of date NOT NULL, tenure_days integer NOT NULL, recency_days integer NOT NULL,
    orders_total integer NOT NULL, orders_180d integer NOT NULL, revenue_total numeric(14, 2) NOT NULL,
    late_orders integer NOT NULL, tickets integer NOT NULL, newsletter boolean NOT NULL,
    clinic_visits_365d integer NOT NULL, PRIMARY KEY (customer_id, as_of)
);
COMMENT ON TABLE ml.features IS 'What was known of each customer on a day: 90 days ago for training, today for scoring.';
COMMENT ON COLUMN ml.features.clinic_visits_365d IS 'From the clinic, through person_link: health data in a sales model.';
CREATE TABLE ml.training_set (
    customer_id integer PRIMARY KEY, as_of date NOT NULL, tenure_days integer NOT NULL, recency_days integer NOT NULL,
    orders_total integer NOT NULL, orders_180d integer NOT NULL, revenue_total numeric(14, 2) NOT NULL,
    late_orders integer NOT NULL, tickets integer NOT NULL, newsletter boolean NOT NULL,
    clinic_visits_365d integer NOT NULL, churned boolean NOT NULL, split text NOT NULL CHECK (split IN ('train', 'test'))
);
COMMENT ON TABLE ml.training_set IS 'Features of 90 days ago with the answer: did the customer order again?';
COMMENT ON COLUMN ml.training_set.split IS 'A quarter is held out, by the customer number.';

CREATE VIEW mart.v_consented_audience AS
SELECT d.customer_id, s.email, s.first_name, v.band
FROM core.dim_customer d
JOIN staging.shop_customers s USING (customer_id)
JOIN mart.customer_value v USING (customer_id)
WHERE d.newsletter AND s.email IS NOT NULL;
COMMENT ON VIEW mart.v_consented_audience IS 'Who may be written to: names and addresses of newsletter readers.';
CREATE VIEW mart.v_company_overview AS
SELECT r.month, sum(r.revenue) AS revenue, sum(r.orders) AS orders, p.on_time_share
FROM mart.monthly_revenue r
LEFT JOIN (SELECT month, sum(delivered - late) / nullif(sum(delivered), 0)::numeric AS on_time_share
           FROM mart.delivery_performance GROUP BY month) p USING (month)
GROUP BY r.month, p.on_time_share;
COMMENT ON VIEW mart.v_company_overview IS 'One line a month for the board.';
