"""scikit-learn's logistic regression on the bank's campaign: the first 70 % of the rows learnt from, the rest judged.

    pip install scikit-learn && bank_logistic.py bank_additional.csv.gz

The peer of examples/bank_marketing: the same rows, the same split; all columns but `duration`, which is known
only after the call. Prints one JSON object for each way of preparing the columns.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "examples" / "bank_marketing"))
import bank_marketing  # noqa: E402

import sklearn  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler  # noqa: E402


def main():
    rows = list(bank_marketing.rows_of(sys.argv[1]))
    texts = bank_marketing.TEXTS
    numbers = [each for each in rows[0] if bank_marketing.name_of(each) in bank_marketing.NUMBERS]
    columns = [[row[each] for each in texts] + [float(row[each]) for each in numbers] for row in rows]
    outcomes = [row["y"] == "yes" for row in rows]
    first = len(rows) * 7 // 10
    as_text, as_number = list(range(len(texts))), list(range(len(texts), len(texts) + len(numbers)))
    ways = {
        "numbers standardized": StandardScaler(),
        "numbers in ten quantiles": KBinsDiscretizer(10, encode="onehot", strategy="quantile"),
    }
    for name, way in ways.items():
        model = make_pipeline(
            ColumnTransformer([("texts", OneHotEncoder(handle_unknown="ignore"), as_text), ("numbers", way, as_number)]),
            LogisticRegression(max_iter=5000))
        model.fit(columns[:first], outcomes[:first])
        auc = roc_auc_score(outcomes[first:], model.predict_proba(columns[first:])[:, 1])
        print(json.dumps({"scikit-learn": sklearn.__version__, "way": name, "train": first, "test": len(rows) - first, "auc": round(auc, 6)}))


if __name__ == "__main__":
    main()
