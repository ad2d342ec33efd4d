"""Load curves: the CSV files in which monitoring portals and distributors give a plant's energy, interval by interval.

What is read: quarter-hours or hours, Wh, kWh, W or kW, any usual layout. What is not given is never made up.
"""

from meter.plant.curve.columns import NO_EXPORT, UNITS
from meter.plant.curve.layout import Options
from meter.plant.curve.months import Gap, Months, whole_months
from meter.plant.curve.reading import ZONES, Curve, Measurement, read_curve

__all__ = [
    "NO_EXPORT",
    "UNITS",
    "ZONES",
    "Curve",
    "Gap",
    "Measurement",
    "Months",
    "Options",
    "read_curve",
    "whole_months",
]
