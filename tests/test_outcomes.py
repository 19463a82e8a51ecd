"""What a model predicted and what came of it, told by the parts of names and by values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import phoenix_lab as px
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.outcomes import plausible
from phoenix_lab.inferences.roles import guess
from phoenix_lab.inferences.schema import Schema

N = 240
RNG = np.random.default_rng(0)
SCORE = RNG.random(N)
TRUE = SCORE + 0.2 * RNG.normal(size=N) > 0.5
SAID = SCORE > 0.5
PRICE = RNG.normal(300, 40, N)
PARTY = RNG.choice(["D", "R", "I"], N)

ROLES = {"prediction_label": "said", "actual_label": "was", "prediction_score": "score", "actual_score": "number"}


def columns(df, schema=None):
    sample, problems = convert.sample(df)
    dtypes = dict(zip(convert.column_names(df), convert.column_dtypes(df), strict=True))
    return sample, guess(sample, convert.n_rows(df), dtypes, schema, problems)


def roles(df):
    return {ROLES[c.role]: c.name for c in columns(df)[1] if c.role in ROLES}


def offered(df, schema=None):
    return {ROLES[said.role]: said.column for said in plausible(*columns(df, schema))}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"late_score": SCORE, "predicted_late": SAID, "actual_late": TRUE},
            {"score": "late_score", "said": "predicted_late", "was": "actual_late"},
        ),
        (
            {"score_late": SCORE, "late_pred": SAID, "is_late": TRUE},
            {"score": "score_late", "said": "late_pred", "was": "is_late"},
        ),
        (
            {"pLate": SCORE, "predictedLate": SAID, "lateTrue": TRUE},
            {"score": "pLate", "said": "predictedLate", "was": "lateTrue"},
        ),
        ({"y_true": TRUE, "y_pred": SAID}, {"said": "y_pred", "was": "y_true"}),
        ({"label": PARTY, "pred": PARTY[::-1]}, {"said": "pred", "was": "label"}),
        ({"true_label": PARTY, "pred_label": PARTY[::-1]}, {"said": "pred_label", "was": "true_label"}),
        (
            {"target": TRUE.astype(int), "prediction_score": SCORE},
            {"was": "target", "score": "prediction_score"},
        ),
        ({"party": PARTY, "party_prediction": PARTY[::-1]}, {"said": "party_prediction", "was": "party"}),
        # labels of which some have not come
        (
            {"predicted_late": SAID.astype(int), "actual_late": np.where(SCORE > 0.9, np.nan, TRUE)},
            {"said": "predicted_late", "was": "actual_late"},
        ),
        # or that no column holds yet
        ({"predicted_late": SAID, "late_score": SCORE}, {"said": "predicted_late", "score": "late_score"}),
        ({"actual_fraud": TRUE, "fraud_probability": SCORE}, {"was": "actual_fraud", "score": "fraud_probability"}),
        ({"predicted_price": PRICE + 1, "price": PRICE}, {"score": "predicted_price", "number": "price"}),
        # a score beside predicted numbers is not what is predicted
        (
            {"score": SCORE, "forecast_demand": PRICE + 1, "actual_demand": PRICE},
            {"score": "forecast_demand", "number": "actual_demand"},
        ),
        # classes before numbers
        (
            {"predicted_delay": PRICE, "actual_delay": PRICE, "predicted_late": SAID, "actual_late": TRUE},
            {"said": "predicted_late", "was": "actual_late"},
        ),
    ],
)
def test_names_and_values_together_tell_what_was_predicted(data, expected):
    frame = pd.DataFrame({"distance": PRICE, "carrier": PARTY, **data})
    assert roles(frame) == expected
    # as much of an output that shows a few rows
    assert roles(frame.head()) == expected
    assert offered(frame) == {}
    assert all(c.reason.startswith("guessed") for c in columns(frame)[1] if c.role in ROLES)


@pytest.mark.parametrize(
    "data",
    [
        {"score": RNG.integers(0, 101, N)},
        {"score": RNG.random(N) * 100, "home_score": RNG.integers(0, 9, N), "away_score": RNG.integers(0, 9, N)},
        {"actual_weight": PRICE, "weight_class": PARTY},
        {"actual_weight": PRICE, "predicted_height": PRICE / 100},
        {"predicted_party": PARTY},
        {"forecast_temp": PRICE, "temp": PRICE / 100},
        {"prediction_count": RNG.integers(0, 9, N), "count": RNG.integers(0, 9, N)},
        {"prediction_id": RNG.integers(0, 9, N), "id": RNG.integers(0, 9, N)},
        {"prediction_date": RNG.integers(0, 9, N), "date": RNG.integers(0, 9, N)},
        {"credit_score": RNG.integers(300, 850, N), "credit": PRICE},
        {"sentiment": PARTY, "sentiment_score": SCORE},
        {"true_north": PRICE, "target_audience": PARTY},
        {"p_value": SCORE, "value": PRICE},
        {"predicted_late": ["a", "b"] * (N // 2), "actual_late": [1, 2] * (N // 2)},
        {"confirmed": TRUE, "cancelled": SAID},
    ],
)
def test_ordinary_columns_have_no_role_and_none_is_offered(data):
    frame = pd.DataFrame({"distance": PRICE, **data})
    assert (roles(frame), offered(frame)) == ({}, {})


@pytest.mark.parametrize(
    ("data", "known", "expected"),
    [
        ({"is_late": TRUE, "late_score": SCORE}, {}, {"was": "is_late", "score": "late_score"}),
        ({"predicted_late": SAID, "actual_delay": TRUE}, {}, {"said": "predicted_late", "was": "actual_delay"}),
        ({"temp_forecast": PRICE + 1, "temp": PRICE}, {}, {"score": "temp_forecast", "number": "temp"}),
        ({"predicted": SAID, "late": TRUE, "paid": RNG.random(N) > 0.5}, {"said": "predicted"}, {"was": "late"}),
        # labels that were flipped agree on the other rows
        ({"predicted": SAID, "late": ~TRUE}, {"said": "predicted"}, {"was": "late"}),
        ({"label": TRUE, "model_a": SAID}, {"was": "label"}, {"said": "model_a"}),
        # of two alike nobody knows which
        ({"label": TRUE, "model_a": SAID, "model_b": SAID}, {"was": "label"}, {}),
        ({"label": PARTY, "carrier": PARTY[::-1]}, {"was": "label"}, {}),
    ],
)
def test_what_is_plausible_is_offered_and_not_taken(data, known, expected):
    frame = pd.DataFrame({"distance": PRICE, **data})
    assert roles(frame) == known
    assert offered(frame) == expected


def test_the_example_of_flights_is_offered_its_labels():
    flights = pd.read_parquet(Path(__file__).parents[1] / "examples" / "data" / "flights.parquet")
    assert offered(flights) == {"was": "late"}


def test_of_what_a_schema_leaves_out_nothing_is_taken():
    frame = pd.DataFrame({"late_score": SCORE, "predicted_late": SAID, "actual_late": TRUE})
    assert {c.role for c in columns(frame, Schema())[1]} == {"feature"}


def test_performance_of_columns_that_are_named_after_what_they_predict():
    frame = pd.DataFrame({"late_score": SCORE, "predicted_late": SAID, "actual_late": TRUE})
    told = px.run(px.Performance(), frame, cache=False)
    assert told.meta["columns"] == {"prediction": "predicted_late", "actual": "actual_late", "score": "late_score"}
