"""Ownership in plain Python: what the state machine in test_state_machine.py predicts. Persons are names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class RulingModel:
    """A ruling: who were parties, who got the stage, and who has ruled and appealed in its contest."""

    parties: set[str]
    winner: str | None
    authors: set[str]
    appealed: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    is_superseded: bool = False


@dataclass
class ProposalModel:
    """A proposed director, who takes over from that of a term or from nobody, at once or on a planned day."""

    takes_over: int | None = None
    is_planned: bool = False
    is_confirmed: bool = False
    is_agreed: bool = False  # the mandate, by the sponsor


@dataclass
class StageModel:
    """Who answers for a stage, according to what happened.

    `placed` has the departments of those present. `events` counts the expected events for webhooks by type.
    """

    placed: Mapping[str, str]
    events: Counter[str]
    director: str | None = None
    term: int = 0  # counts the directorships that were accepted
    is_agreed: bool = False  # the director's mandate
    proposed: dict[str, ProposalModel] = field(default_factory=dict)
    claimed: dict[str, str] = field(default_factory=dict)  # the department that each claims it for
    parties: dict[str, str | None] = field(default_factory=dict)  # of the open contest, with theirs
    asked: set[str] = field(default_factory=set)
    rulings: list[RulingModel] = field(default_factory=list)
    offers: set[str] = field(default_factory=set)  # of volunteers

    @property
    def claimants(self) -> set[str]:
        return self.claimed.keys() | ({self.director} if self.director else set())

    @property
    def is_ripe(self) -> bool:
        return self.parties.keys() <= self.asked

    @property
    def open_directorships(self) -> set[str]:
        return self.proposed.keys() | ({self.director} if self.director else set())

    @property
    def confirmed(self) -> list[str]:
        """Who has agreed to a planned hand-over: nobody, or one."""
        return [person for person, proposal in self.proposed.items() if proposal.is_confirmed]

    @property
    def silent(self) -> set[str]:
        """The parties who haven't asked for a ruling."""
        return self.parties.keys() - self.asked

    @property
    def undecided(self) -> list[tuple[str, RulingModel]]:
        """The appeals to decide, by who made them against which ruling."""
        return [(person, ruling) for ruling in self.rulings for person in sorted(ruling.undecided)]

    def is_refused(self, person: str) -> bool:
        """Return whether the latest ruling about a person gave the stage to somebody else."""
        own = [ruling for ruling in self.rulings if person in ruling.parties]
        return bool(own) and own[-1].winner != person

    def has_other_director(self, person: str) -> bool:
        """Return whether somebody directs the stage from whom a proposed person doesn't take over."""
        return self.director is not None and self.proposed[person].takes_over != self.term

    def sync(self) -> None:
        """Open or close the contest."""
        was_contested = bool(self.parties)
        if len(self.claimants) > 1:
            self.parties = {person: self.department_of(person) for person in self.claimants}
            for ruling in self.rulings:
                ruling.is_superseded = True
        else:
            self.parties, self.asked = {}, set()
        if was_contested != bool(self.parties):
            self.events["contest.settled" if was_contested else "contest.opened"] += 1

    def department_of(self, person: str) -> str | None:
        """Return the department of a party: the one with which they became a party."""
        if person in self.parties:
            return self.parties[person]
        return self.claimed.get(person, self.placed.get(person))

    def accept(self, person: str) -> None:
        self.events["directorship.ended"] += self.director is not None
        self.events["directorship.accepted"] += 1
        self.director, self.term = person, self.term + 1
        self.is_agreed = self.proposed.pop(person, ProposalModel()).is_agreed
        self.offers = set()
        for ruling in self.rulings:
            ruling.is_superseded |= ruling.winner != person

    def rule(self, parties: set[str], winner: str | None, author: str) -> None:
        """Give the stage to a party or to nobody. All parties took part, because they asked for a ruling."""
        for ruling in self.rulings:
            ruling.is_superseded = True
        for loser in parties - {winner}:
            self.claimed.pop(loser, None)
        is_replaced = self.director not in {None, winner}
        self.events["directorship.ended"] += is_replaced or bool(self.proposed)
        self.events["contest.ruled"] += 1
        self.proposed = {}
        if self.director != winner:
            self.events["directorship.proposed"] += winner is not None
            self.director = None
        self.rulings.append(RulingModel(parties, winner, {author}))
        if winner and self.director is None:
            self.accept(winner)
        self.asked = set()
        self.sync()

    def merge(self, source: str, into: str) -> None:
        """Let claims and parties of one department belong to another."""
        for departments in (self.claimed, self.parties):
            for person, department in departments.items():
                departments[person] = into if department == source else department


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


@dataclass
class CaseModel:
    """An ombudsman's case about a stage, with the department concerned."""

    stage: str
    department: str
    answers: int = 0
    is_closed: bool = False
