"""Ownership in plain Python: what the state machine in test_state_machine.py predicts. Persons are names."""

from dataclasses import dataclass, field


@dataclass
class RulingModel:
    """A ruling: who were parties, who got the stage, and who has appealed in its contest."""

    parties: set[str]
    winner: str | None
    appealed: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    is_superseded: bool = False


@dataclass
class StageModel:
    """Who answers for a stage, according to what happened."""

    director: str | None = None
    term: int = 0  # counts the directorships that were accepted
    proposed: dict[str, int | None] = field(default_factory=dict)  # the term that each takes over
    claimed: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)  # of the open contest
    asked: set[str] = field(default_factory=set)
    rulings: list[RulingModel] = field(default_factory=list)
    offers: set[str] = field(default_factory=set)  # of volunteers

    @property
    def claimants(self) -> set[str]:
        return self.claimed | ({self.director} if self.director else set())

    @property
    def is_ripe(self) -> bool:
        return self.parties <= self.asked

    def is_refused(self, person: str) -> bool:
        """Return whether the latest ruling about a person gave the stage to somebody else."""
        own = [ruling for ruling in self.rulings if person in ruling.parties]
        return bool(own) and own[-1].winner != person

    def sync(self) -> None:
        """Open or close the contest."""
        is_contested = len(self.claimants) > 1
        self.parties = self.claimants if is_contested else set()
        if is_contested:
            for ruling in self.rulings:
                ruling.is_superseded = True
        else:
            self.asked = set()

    def accept(self, person: str) -> None:
        self.director, self.term = person, self.term + 1
        self.proposed.pop(person, None)
        self.offers = set()
        for ruling in self.rulings:
            ruling.is_superseded |= ruling.winner != person

    def rule(self, parties: set[str], winner: str | None, consents: bool) -> None:
        """Give the stage to a party, who only is proposed unless they took part, or to nobody."""
        for ruling in self.rulings:
            ruling.is_superseded = True
        self.claimed -= parties - {winner}
        self.proposed = {}
        if self.director != winner:
            self.director = None
            if winner and not consents:
                self.proposed = {winner: None}
        self.rulings.append(RulingModel(parties, winner))
        if winner and consents and self.director is None:
            self.accept(winner)
        self.asked = set()
        self.sync()


@dataclass
class HandOffModel:
    """The hand-off between two adjacent stages, which is written if it has a revision."""

    earlier: StageModel
    later: StageModel
    revision: int = 0
    is_complete: bool = False
    signatures: set[tuple[str, int, int]] = field(default_factory=set)

    @property
    def directors(self) -> set[str]:
        return {stage.director for stage in (self.earlier, self.later) if stage.director}

    @property
    def is_awake(self) -> bool:
        return len(self.directors) > 1

    def signature_of(self, director: str) -> tuple[str, int, int]:
        """Return what a director's signature consists of now: it is about one term and one revision."""
        side, stage = (
            ("earlier", self.earlier)
            if director == self.earlier.director
            else ("later", self.later)
        )
        return side, stage.term, self.revision

    @property
    def state(self) -> str | None:
        """Where the hand-off stands, or None if the stages need none and have none."""
        if not self.is_awake:
            return "asleep" if self.revision else None
        if not self.revision:
            return "missing"
        signed = {director for director in self.directors if self.is_signed_by(director)}
        return ("unsigned", "half-signed", "agreed")[len(signed)]

    def is_signed_by(self, director: str) -> bool:
        return self.signature_of(director) in self.signatures
