"""XML as what it is: documents, feeds, records, configuration; nothing is expanded, nothing loaded."""

from __future__ import annotations

import time

import pytest

from genesis.errors import DocumentTooLarge
from genesis.readers import xml
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check


def said(source: str) -> list[str]:
    return [block.text.text for block in xml.read(source).blocks]


POM = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="x" xsi:schemaLocation="a b">
  <artifactId>harbour</artifactId><name>Harbour Service</name>
  <properties><java.version>17</java.version></properties>
  <dependencies>
    <!-- the driver -->
    <dependency><artifactId>postgresql</artifactId><version>42.7.1</version></dependency>
    <dependency><artifactId>junit</artifactId><version>4.13</version></dependency>
  </dependencies>
</project>"""
DOCBOOK = """<!DOCTYPE article PUBLIC "-//OASIS//DTD" "http://x/y.dtd" [<!ENTITY co "Harbour Co">]>
<article><info><title>Harbour guide</title></info><section><title>Mooring</title>
<para>Boats moor at <emphasis>pier two</emphasis>.<footnote><para>Since 2014.</para></footnote>
Ask &co; &#8212; always.</para>
<orderedlist><listitem><para>Bring ropes.</para></listitem></orderedlist>
<section><title>Fees</title><table><title>Fees per night</title><tgroup><thead><row>
<entry>Length</entry><entry>Fee</entry><entry>Unit</entry></row></thead><tbody><row>
<entry>8 m</entry><entry>35</entry><entry>euro</entry></row></tbody>
</tgroup></table><programlisting><![CDATA[if a < b && c: pay()]]></programlisting></section></section></article>"""
JATS = """<article><front><journal-meta><journal-title>Journal X</journal-title></journal-meta><article-meta>
<title-group><article-title>Tides of the <italic>North</italic></article-title></title-group>
<contrib-group><contrib><name><surname>Ruiz</surname><given-names>Ana</given-names></name></contrib></contrib-group>
</article-meta></front><body><sec><label>2.</label><title>Results</title><p>The highest tide was 4.2 m<xref
ref-type="bibr">1</xref>.</p></sec></body><back><ref-list><title>References</title><ref><label>1</label>
<mixed-citation>Smith J. <article-title>On tides.</article-title> 1999.</mixed-citation></ref></ref-list></back>
</article>"""
RSS = """<rss version="2.0" xmlns:dc="d"><channel><title>Harbour News</title>
<item><title>Pier closed</title><pubDate>5 May 2025</pubDate><dc:creator>Ana</dc:creator><guid>77</guid>
<description>&lt;p&gt;It is closed until &lt;b&gt;June&lt;/b&gt; &amp;amp; July.&lt;/p&gt;</description></item>
<item><title>New ferry</title><description><![CDATA[<ul><li>It carries six cars.</li></ul>]]></description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><entry><title>Version 2</title>
<author><name>Bo</name></author><content type="xhtml"><div xmlns="x"><p>It adds <em>sails</em>.</p></div></content>
</entry></feed>"""
ANDROID = """<resources><string name="app">Harbour &amp; Co</string>
<string name="hello">Welcome, <b>sailor</b>!</string>
<plurals name="boats"><item quantity="one">%d boat</item><item quantity="other">%d boats</item></plurals>
<string-array name="days"><item>Monday</item><item>Tuesday</item></string-array></resources>"""


def test_elements_of_one_name_are_rows() -> None:
    read = xml.read(
        '<catalog><book id="b1"><title lang="en">Rain</title><price currency="EUR">5.95</price></book>'
        '<book id="b2"><title>Sea</title><price currency="EUR">7</price></book></catalog>'
    )
    assert [block.text.text for block in read.blocks] == [
        "id: b1; title: Rain; title lang: en; price: 5.95; price currency: EUR",
        "id: b2; title: Sea; price: 7; price currency: EUR",
    ]
    assert {(block.kind, block.path) for block in read.blocks} == {(Kind.ROW, ("catalog",))}


def test_records_in_records_are_named_by_what_numbers_them() -> None:
    line = "<lines><line><item>Rope</item><qty>3</qty></line><line><item>Lamp</item><qty>1</qty></line></lines>"
    orders = "".join(f'<order number="{at}"><city>Oslo</city>{line}</order>' for at in (17, 18))
    read = xml.read(f"<orders>{orders}</orders>")
    assert "orders.18.city: Oslo" in [block.text.text for block in read.blocks]
    assert ("orders.18.lines",) in {block.path for block in read.blocks if block.text.text == "item: Rope; qty: 3"}


def test_a_build_has_keys_with_paths_and_its_dependencies_as_rows() -> None:
    read = xml.read(POM)
    assert read.title == "Harbour Service"
    assert "properties.java.version: 17" in said(POM)
    [driver] = [block for block in read.blocks if "postgresql" in block.text.text]
    assert (driver.text.text, driver.lead.text) == ("artifactId: postgresql; version: 42.7.1", "the driver")
    assert not any("schemaLocation" in one for one in said(POM))


def test_strings_of_a_program_have_their_names() -> None:
    assert said(ANDROID) == [
        "app: Harbour & Co",
        "hello: Welcome, sailor!",
        "quantity: one; item: %d boat",
        "quantity: other; item: %d boats",
        "days: Monday, Tuesday",
    ]


def test_lists_of_properties_have_their_keys() -> None:
    ports = "<dict><key>Port</key><integer>{}</integer><key>Host</key><string>a</string></dict>"
    source = (
        "<plist><dict><key>Name</key><string>Harbour</string><key>Debug</key><true/><key>Days</key><array>"
        "<string>Monday</string><string>Friday</string></array><key>Db</key><dict><key>Port</key><integer>5</integer>"
        f"</dict><key>Nodes</key><array>{ports.format(1)}{ports.format(2)}</array></dict></plist>"
    )
    check(xml.read(source))
    assert said(source) == [
        *("Name: Harbour", "Debug: true", "Days: Monday, Friday", "Db.Port: 5"),
        *("Port: 1; Host: a", "Port: 2; Host: a"),
    ]
    assert said("<dict><key>a</key></dict>") == ["key: a"]


def test_settings_have_their_keys() -> None:
    source = (
        '<conf><s><add key="Timeout" value="30"/><add key="Mode" value="fast"/></s><db host="h" port="5432"/></conf>'
    )
    assert said(source) == ["s.Timeout: 30", "s.Mode: fast", "db.host: h", "db.port: 5432"]


def test_a_document_has_headings_lists_tables_code_and_notes_behind_their_paragraphs() -> None:
    read = xml.read(DOCBOOK)
    assert read.title == "Harbour guide"
    assert [(block.path, block.text.text) for block in read.blocks] == [
        (("Mooring",), "Boats moor at pier two. Ask &co; — always."),
        (("Mooring",), "Since 2014."),
        (("Mooring",), "Bring ropes."),
        (("Mooring", "Fees"), "Length: 8 m; Fee: 35; Unit: euro"),
        (("Mooring", "Fees"), "if a < b && c: pay()"),
    ]


def test_a_paper_has_its_title_its_authors_and_no_marks_of_references() -> None:
    read = xml.read(JATS)
    assert (read.title, read.metadata["author"]) == ("Tides of the North", "Ana Ruiz")
    assert [(block.path, block.text.text) for block in read.blocks] == [
        (("2. Results",), "The highest tide was 4.2 m."),
        (("References",), "Smith J. On tides. 1999."),
    ]


def test_steps_of_a_task_are_items() -> None:
    source = (
        "<task><title>Change the rope</title><taskbody><steps><step><cmd>Untie it.</cmd></step>"
        "<step><cmd>Tie the new one.</cmd><info>Use a bowline.</info></step></steps><p>Done.</p></taskbody></task>"
    )
    assert said(source) == ["Untie it.", "Tie the new one.", "Use a bowline.", "Done."]


@pytest.mark.parametrize(
    ("source", "title", "articles"),
    [
        (
            RSS,
            "Harbour News",
            [
                ("Pier closed", "Published: 5 May 2025"),
                ("Pier closed", "Author: Ana"),
                ("Pier closed", "It is closed until June & July."),
                ("New ferry", "It carries six cars."),
            ],
        ),
        (ATOM, "Releases", [("Version 2", "Author: Bo"), ("Version 2", "It adds sails.")]),
    ],
)
def test_a_feed_has_its_articles_under_their_titles(source: str, title: str, articles: list[tuple[str, str]]) -> None:
    read = xml.read(source)
    assert read.title == title
    assert [(block.path[-1], block.text.text) for block in read.blocks] == articles


@pytest.mark.parametrize("source", [POM, DOCBOOK, JATS, RSS, ATOM, ANDROID])
def test_runs_point_to_what_is_shown(source: str) -> None:
    for block in xml.read(source).blocks:
        for start, end, first, last in block.text.runs:
            if end - start == last - first:
                assert block.text.text[start:end].split() == source[first:last].split()


def test_no_entity_is_expanded() -> None:
    declared = '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">'
    assert said(f"<!DOCTYPE x [{declared}]><x><v>&b;</v><w>&f; &amp; y</w></x>") == ["v: &b;", "w: &f; & y"]


@pytest.mark.parametrize(
    "declared",
    [
        'a SYSTEM "x>y.dtd"',
        "a [<!ENTITY b \"]>\"><!-- it's ]> --><?c it's ]> ?><!ELEMENT a ANY>]",
        "a PUBLIC '-//[' \"x\" [<!ELEMENT a ANY>] ",
    ],
)
def test_nothing_that_is_declared_is_said(declared: str) -> None:
    assert said(f"<!DOCTYPE {declared}><a><b>1</b></a>") == ["b: 1"]


def test_what_is_broken_is_kept_as_it_stands() -> None:
    assert said("<a><b>hello</b><c>left over</a>")[0] == "b: hello"
    assert any("left over" in one for one in said("<a><b>hello</b><c>left over</a>"))
    assert said("no markup at all") == ["no markup at all"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<e><at>1</at><by>Ann</by></e>\n<e><at>2</at><by>Bo</by></e>", ["at: 1; by: Ann", "at: 2; by: Bo"]),
        ("<at>1</at><by>Ann</by>", ["at: 1", "by: Ann"]),
        ("HTTP/1.1 200 OK\n\n<?xml version='1.0'?><e><at>1</at></e>", ["at: 1", "HTTP/1.1 200 OK"]),
        ("<e><at>1</at></e> left over <b>", ["e.at: 1", "b", "left over"]),
        ("left over <!-- a --> and more", ["left over", "and more"]),
        ("<e/> x <e>1</e> y <e/", ["1", "x", "y <e/"]),
        ("<e/><e></e>", []),
    ],
)
def test_what_stands_beside_the_outermost_element_is_read(source: str, found: list[str]) -> None:
    read = xml.read(source)
    check(read)
    assert [block.text.text.strip() for block in read.blocks] == found


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        xml.read("<a>" * 5_000)


@pytest.mark.parametrize(
    "pump",
    [
        "<a ",
        '<a b="',
        "<a b='x' ",
        "<!--",
        "<![CDATA[",
        "<!DOCTYPE a [",
        "&",
        "&#",
        "<a>x</a>",
        "<a b c d ",
        "</",
        "<?",
    ],
)
def test_what_is_hostile_takes_no_longer_than_what_is_large(pump: str) -> None:
    started = time.monotonic()
    xml.read(f"<r>{pump * 40_000}</r>")
    xml.read(f"<r {'a' * 400_000} />")
    assert time.monotonic() - started < 20
