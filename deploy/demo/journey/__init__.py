"""The main job as people do it: an applicant and the college's staff, over the public HTTP only.

Used by the demonstration, the journeys and the benchmarks.
"""
