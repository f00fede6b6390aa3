TRUNCATE core.fct_visit;

INSERT INTO core.fct_visit (visit_id, patient_id, visited_on, department, kind, cost)
SELECT visit_id, patient_id, arrived_at::date, department, kind, cost
FROM staging.clinic_visits;
