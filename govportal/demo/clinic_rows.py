"""Row types of the clinic, and its small fixed tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from psycopg.types.range import DateRange, NumericRange

from govportal.demo.words import WORDS


class Insurer(NamedTuple):
    insurer_id: int
    name: str
    kind: str
    country_code: str


class Department(NamedTuple):
    department_id: int
    name: str
    beds: int


class Physician(NamedTuple):
    physician_id: int
    full_name: str
    department_id: int
    licence_number: str
    email: str


class Patient(NamedTuple):
    patient_id: int
    medical_record_number: str
    first_name: str
    last_name: str
    birth_date: date
    sex: str | None
    email: str | None
    phone: str | None
    city: str
    blood_group: str | None
    registered_on: date


class Policy(NamedTuple):
    policy_id: int
    patient_id: int
    insurer_id: int
    policy_number: str | None
    valid: DateRange


class Visit(NamedTuple):
    visit_id: int
    patient_id: int
    department_id: int
    physician_id: int
    kind: str
    arrived_at: datetime
    left_at: datetime | None
    complaint: str | None
    cost: Decimal


class DiagnosisCode(NamedTuple):
    code: str
    title: str
    chapter: str
    chronic: bool


class Diagnosis(NamedTuple):
    diagnosis_id: int
    visit_id: int
    code: str
    is_primary: bool
    noted_at: datetime


class Medication(NamedTuple):
    medication_id: int
    name: str
    atc_code: str


class Prescription(NamedTuple):
    prescription_id: int
    visit_id: int
    medication_id: int
    dose: str
    days: int


class LabResult(NamedTuple):
    result_id: int
    visit_id: int
    analyte: str
    value: Decimal | None
    unit: str
    reference: NumericRange
    measured_at: datetime


class TreatmentConsent(NamedTuple):
    consent_id: int
    patient_id: int
    purpose: str
    granted: bool
    signed_on: date
    withdrawn_on: date | None


INSURERS = tuple(Insurer(n, *entry) for n, entry in enumerate(WORDS["insurers"], start=1))
DEPARTMENTS = tuple(Department(n, *entry) for n, entry in enumerate(WORDS["departments"], start=1))
CODES = tuple(DiagnosisCode(*entry) for entry in WORDS["diagnoses"])
MEDICATIONS = tuple(Medication(n, *entry) for n, entry in enumerate(WORDS["medications"].items(), start=1))
