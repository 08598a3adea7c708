"""What is computed from the log and can be thrown away: catalogue, history, search."""

from wiki.projections.follow import Follower
from wiki.projections.projection import Progress, Projection, ProjectionState, no_progress

__all__ = ["Follower", "Progress", "Projection", "ProjectionState", "no_progress"]
