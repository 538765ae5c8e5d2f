from intake.models.documents import ChannelDocument, ChannelReturn, ChannelSecret, SkuMapping
from intake.models.editions import Mapping, MappingField, QualityRule, RuleSet
from intake.models.sources import Backfill, BackfillPart, SourceHealth, SourcePoll

__all__ = [
    "Backfill",
    "BackfillPart",
    "ChannelDocument",
    "ChannelReturn",
    "ChannelSecret",
    "Mapping",
    "MappingField",
    "QualityRule",
    "RuleSet",
    "SkuMapping",
    "SourceHealth",
    "SourcePoll",
]
