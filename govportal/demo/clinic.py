"""All rows of the clinic's database. Some patients are customers of the shop too."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg.types.range import DateRange, NumericRange

from govportal.demo import clinic_rows
from govportal.demo.clinic_rows import (
    Diagnosis,
    LabResult,
    Patient,
    Physician,
    Policy,
    Prescription,
    TreatmentConsent,
    Visit,
)
from govportal.demo.dice import Dice, midnight
from govportal.demo.names import Person, invent
from govportal.demo.tables import Table
from govportal.demo.words import WORDS

SHARED = 380  # the first people of the shop; the very first is the demo's data subject
OTHERS = 820
TWICE = 15  # planted defect: people entered a second time under a misspelt name

# Planted defects, as shares.
EMAIL_MISSING = 0.1
PHONE_MISSING = 0.3
POLICY_NUMBER_MISSING = 0.03
LEFT_BEFORE_ARRIVED = 0.01
UNKNOWN_CODE = 0.004
VALUE_MISSING = 0.04


def people(day: date, customers: list[Person]) -> list[Person]:
    """Shared people first, then those whom the shop does not know, then the doubles."""
    dice = Dice("patients")
    others = [invent(dice, 100_000 + number, day) for number in range(OTHERS)]
    doubles = [misspelt(person) for person in others[:TWICE]]
    return customers[:SHARED] + others + doubles


def misspelt(person: Person) -> Person:
    """The same human being as another clerk would type the name."""
    return person._replace(last_name=person.last_name[0] + person.last_name[1:].replace("e", "é") + "h")


@dataclass
class Reception:
    """Writes the rows of all patients, one after the other."""

    dice: Dice
    day: date
    physicians: list[Physician]
    patients: list[Patient] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    consents: list[TreatmentConsent] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    prescriptions: list[Prescription] = field(default_factory=list)
    results: list[LabResult] = field(default_factory=list)

    def admit(self, person: Person) -> None:
        """The patient's card, insurance, consents and all visits."""
        patient = self.card(person)
        self.patients.append(patient)
        self.insure(patient)
        self.sign(patient)
        visits = 4 if patient.patient_id == 1 else 1 + min(9, int(self.dice.expovariate(0.6)))
        for _ in range(visits):
            self.see(patient)

    def card(self, person: Person) -> Patient:
        number = len(self.patients) + 1
        known = number == 1
        return Patient(
            patient_id=number,
            medical_record_number=f"MRN-{number * 37 % 1_000_000:06d}",
            first_name=person.first_name,
            last_name=person.last_name,
            birth_date=person.birth_date,
            sex=self.dice.choice(("f", "f", "f", "m", "m", "m", "x", None)),
            email=None if self.dice.chance(EMAIL_MISSING) and not known else person.email,
            phone=None if self.dice.chance(PHONE_MISSING) and not known else person.phone,
            city=person.city,
            blood_group=self.dice.choice(("0+", "A+", "A-", "B+", "AB+", None)),
            registered_on=self.day - timedelta(days=self.dice.randint(760, 2000)),
        )

    def insure(self, patient: Patient) -> None:
        missing = self.dice.chance(POLICY_NUMBER_MISSING)
        self.policies.append(
            Policy(
                policy_id=len(self.policies) + 1,
                patient_id=patient.patient_id,
                insurer_id=self.dice.choice(clinic_rows.INSURERS).insurer_id,
                policy_number=None
                if missing
                else f"{self.dice.choice('ABKX')}{self.dice.randrange(10**9):09d}",
                valid=DateRange(patient.registered_on, None),
            )
        )

    def sign(self, patient: Patient) -> None:
        for purpose, share in (("treatment", 1.0), ("research", 0.35)):
            signed = patient.registered_on
            withdrawn = purpose == "research" and self.dice.chance(0.08)
            self.consents.append(
                TreatmentConsent(
                    consent_id=len(self.consents) + 1,
                    patient_id=patient.patient_id,
                    purpose=purpose,
                    granted=self.dice.chance(share),
                    signed_on=signed,
                    withdrawn_on=signed + timedelta(days=300) if withdrawn else None,
                )
            )

    def see(self, patient: Patient) -> None:
        """One visit with what was found, measured and given."""
        end = midnight(self.day)
        arrived = self.dice.moment(end - timedelta(days=730), end - timedelta(hours=2))
        doctor = self.dice.choice(self.physicians)
        visit = Visit(
            visit_id=len(self.visits) + 1,
            patient_id=patient.patient_id,
            department_id=doctor.department_id,
            physician_id=doctor.physician_id,
            kind=self.dice.choices(("outpatient", "inpatient", "emergency"), (7, 2, 1))[0],
            arrived_at=arrived,
            left_at=self.leave(arrived, end),
            complaint=self.dice.choice(WORDS["complaints"]),
            cost=self.dice.money(40, 2500),
        )
        self.visits.append(visit)
        self.diagnose(visit)
        self.treat(visit)

    def leave(self, arrived: datetime, end: datetime) -> datetime | None:
        if self.dice.chance(LEFT_BEFORE_ARRIVED):
            return arrived - timedelta(days=1)
        left = self.dice.later(arrived, 0.3, 60)
        return left if left < end else None

    def diagnose(self, visit: Visit) -> None:
        for first in [True, False][: 1 + self.dice.chance(0.3)]:
            code = "U99.X" if self.dice.chance(UNKNOWN_CODE) else self.dice.choice(clinic_rows.CODES).code
            self.diagnoses.append(
                Diagnosis(len(self.diagnoses) + 1, visit.visit_id, code, first, visit.arrived_at)
            )

    def treat(self, visit: Visit) -> None:
        if visit.patient_id == 1 or self.dice.chance(0.45):
            drug = self.dice.choice(clinic_rows.MEDICATIONS).medication_id
            days = self.dice.choice((5, 7, 10, 30, 90))
            self.prescriptions.append(
                Prescription(
                    len(self.prescriptions) + 1,
                    visit.visit_id,
                    drug,
                    self.dice.choice(("1-0-0", "1-0-1")),
                    days,
                )
            )
        if visit.patient_id == 1 or self.dice.chance(0.3):
            for analyte in self.dice.sample(WORDS["analytes"], 2):
                self.measure(visit, analyte)

    def measure(self, visit: Visit, analyte: tuple[Any, ...]) -> None:
        name, unit, normal_low, normal_high, low, high = analyte
        self.results.append(
            LabResult(
                result_id=len(self.results) + 1,
                visit_id=visit.visit_id,
                analyte=name,
                value=None if self.dice.chance(VALUE_MISSING) else self.dice.money(low, high),
                unit=unit,
                reference=NumericRange(Decimal(str(normal_low)), Decimal(str(normal_high)), "[]"),
                measured_at=visit.arrived_at + timedelta(minutes=40),
            )
        )


def physicians(dice: Dice, day: date) -> list[Physician]:
    rows = []
    for number in range(1, 33):
        person = invent(dice, 200_000 + number, day)
        name = f"Dr. {person.first_name} {person.last_name}"
        department = 1 + number % len(clinic_rows.DEPARTMENTS)
        rows.append(Physician(number, name, department, f"L-{number:05d}", f"dr{number}@clinic.example"))
    return rows


def tables(day: date, customers: list[Person]) -> list[Table]:
    """Tables in an order that satisfies the foreign keys; the same rows for the same day."""
    dice = Dice("clinic")
    desk = Reception(dice, day, physicians(dice, day))
    for person in people(day, customers):
        desk.admit(person)
    return [
        Table("insurers", clinic_rows.INSURERS),
        Table("departments", clinic_rows.DEPARTMENTS),
        Table("physicians", desk.physicians),
        Table("diagnosis_codes", clinic_rows.CODES),
        Table("medications", clinic_rows.MEDICATIONS),
        Table("patients", desk.patients),
        Table("insurance_policies", desk.policies),
        Table("treatment_consents", desk.consents),
        Table("visits", desk.visits),
        Table("diagnoses", desk.diagnoses),
        Table("prescriptions", desk.prescriptions),
        Table("lab_results", desk.results),
    ]
