CREATE VIEW v_visit_overview AS
SELECT v.visit_id, p.medical_record_number, p.last_name, d.name AS department, f.full_name AS physician,
       v.kind, v.arrived_at, v.left_at - v.arrived_at AS stay
FROM visits v
JOIN patients p USING (patient_id)
JOIN departments d ON d.department_id = v.department_id
JOIN physicians f ON f.physician_id = v.physician_id;
COMMENT ON VIEW v_visit_overview IS 'The list at the reception desk.';

CREATE VIEW v_abnormal_results AS
SELECT r.result_id, v.patient_id, r.analyte, r.value, r.unit, r.reference, r.measured_at
FROM lab_results r
JOIN visits v USING (visit_id)
WHERE NOT r.value <@ r.reference;
COMMENT ON VIEW v_abnormal_results IS 'Laboratory values outside their normal range.';

CREATE VIEW v_chronic_patients AS
SELECT v.patient_id, c.chapter, count(*) AS diagnoses, max(d.noted_at) AS last_noted_at
FROM diagnoses d
JOIN diagnosis_codes c USING (code)
JOIN visits v USING (visit_id)
WHERE c.chronic
GROUP BY v.patient_id, c.chapter;
COMMENT ON VIEW v_chronic_patients IS 'Patients with chronic conditions, by chapter of ICD-10.';
