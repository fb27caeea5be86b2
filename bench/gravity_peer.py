"""gegravity on flows and a change of costs: run by `model.py` in a virtual environment that has it.

Reads an npz (flows and cost: (N, N), origin by destination), writes one JSON line: the seconds of computing of
`simulate()`, and for each country the change of its factory-gate price and of its terms of trade.
"""

from __future__ import annotations

import json
import sys
import time

import gegravity  # type: ignore[import-not-found]
import numpy as np
import pandas  # type: ignore[import-untyped]

SIGMA = 5


def main(path: str) -> None:
    held = np.load(path)
    flows, cost = held["flows"], held["cost"]
    size = len(flows)
    names = [f"C{n:03d}" for n in range(size)]
    output, spending = flows.sum(1), flows.sum(0)
    # Resistance that makes flows and multilateral resistances of 1 an equilibrium; no flow is a tiny one
    fitted = flows * output.sum() / np.outer(output, spending)
    data = pandas.DataFrame(
        {
            "exporter": np.repeat(names, size),
            "importer": np.tile(names, size),
            "year": "2023",
            "trade": flows.ravel(),
            "Y": np.repeat(output, size),
            "E": np.tile(spending, size),
            "resistance": np.log(np.maximum(fitted, 1e-30)).ravel(),
        }
    )
    coefficients = pandas.DataFrame([{"var": "resistance", "coeff": 1.0, "ste": 0.0}])
    baseline = gegravity.BaselineData(
        data, trade_var_name="trade", expend_var_name="E", output_var_name="Y"
    )
    model = gegravity.OneSectorGE(
        baseline,
        year="2023",
        cost_coeff_values=gegravity.CostCoeffs(coefficients, "var", "coeff", "ste"),
        cost_variables=["resistance"],
        reference_importer=names[0],
        sigma=SIGMA,
        quiet=True,
    )
    model.build_baseline()
    changed = model.baseline_data.copy()
    changed["resistance"] += (1 - SIGMA) * np.log(cost).ravel()
    model.define_experiment(changed)
    started = time.process_time()
    model.simulate()
    seconds = time.process_time() - started
    found = model.country_results.loc[names]
    price = 1 + found["factory gate price change (percent)"].to_numpy() / 100
    terms = 1 + found["terms of trade change (percent)"].to_numpy() / 100
    print(json.dumps({"seconds": seconds, "price": price.tolist(), "terms": terms.tolist()}))


if __name__ == "__main__":
    main(sys.argv[1])
