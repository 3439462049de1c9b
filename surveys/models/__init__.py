from surveys.models.publications import PopulationFigure, PublishedCell, PublishedStatement
from surveys.models.responses import Response, ResponseChoice
from surveys.models.waves import SampleEntry, SectorBasis, Wave, WaveDesign

__all__ = [
    "PopulationFigure",
    "PublishedCell",
    "PublishedStatement",
    "Response",
    "ResponseChoice",
    "SampleEntry",
    "SectorBasis",
    "Wave",
    "WaveDesign",
]
