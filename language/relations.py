"""Relation words of English: which words mean one relation, whatever their class or inflection."""

from __future__ import annotations

_FAMILIES = """
birth: born birth birthplace birthdate native
death: died die dies death dead deceased killed buried
direct: directed directs director directors directing directorial filmmaker
marry: married marry marries marriage wed wife wives husband husbands spouse spouses widow widower consort
child: son sons daughter daughters child children heir
parent: father mother parent parents
sibling: brother brothers sister sisters sibling siblings
write: wrote written writes write writer writers writing author authors authored novelist penned screenplay
compose: composed composer composers composes scored score soundtrack music
perform: sang sung sings singer singers performed performer performers performs vocalist recorded recording
act: starred starring stars star actor actors actress actresses played plays cast portrayed portrays
found: founded founder founders founding established creator created creates formed formation forming inventor invented
produce: produced producer producers produces
publish: published publisher publishing publishes
release: released release releases premiered premiere debuted debut
locate: located location situated headquartered headquarters based
develop: developed developer developers develops designed designer
study: studied educated education alumnus alumni graduated graduate attended
award: won win wins winner awarded award awards medal prize received receiver recipient
own: owns owned owner owners owning parent-company subsidiary
lead: led leads leader leaders headed head president chairman chief mayor premier
member: member members joined
"""
FAMILY_OF = {
    word: f"={family}"
    for family, _, members in (line.partition(":") for line in _FAMILIES.strip().splitlines())
    for word in members.split()
}
"""By a word in lower case: its family."""
