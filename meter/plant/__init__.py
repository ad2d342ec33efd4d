"""A simulated plant: a real Modbus server with two analyzers, fed with measured PV power, and a replay clock.

Generation: NREL SERF East, 15-minute AC power (July to October 2016), scaled; wall clock kept as plant time. Load: a
BDEW standard profile, synthetic. Or both from an own load curve (`curve/`). For the demo and the tests; a broker at a
real plant never imports it.
"""
