"""
Function words of English: words that any question may have and no answer needs.

Articles, pronouns, auxiliaries, prepositions, conjunctions, adverbs of chat, and the verbs that only ask (`tell me`,
`do you know`). Lower case; contractions with a straight apostrophe.
"""

_LISTING = """
    a an the this that these those such
    i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself we us
    our ours ourselves they them their theirs themselves somebody someone something anybody anyone anything everybody
    everyone everything nobody nothing none
    who whom whose which what when where why how whoever whatever whichever whenever wherever
    am is are was were be been being do does did done doing have has had having will would shall should can could may
    might must ought need let lets going gonna
    isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't shan't shouldn't can't cannot
    couldn't mightn't mustn't i'm i've i'll i'd you're you've you'll you'd he'll he'd she'll she'd it'll it'd we're
    we've we'll we'd they're they've they'll they'd there'll who'll what're let's
    and or but nor if then than as so because since until unless while whereas whether although though
    at by for from in into of off on onto out over to up down with within without about after before between among
    during through throughout under above below against upon toward towards via per regarding concerning
    not no yes ok okay there here now today yesterday tomorrow also too either neither both each other another same own
    very just only more most less least some any all few many much every else even ever never again still yet already
    always often sometimes usually maybe perhaps really actually basically exactly quite rather almost simply
    anyway please thanks thank hello hi hey well however therefore thus hence instead
    say says said saying tell tells told telling know knows knew think thinks thought mean means meant want wants wanted
    wonder wondering believe guess ask asks asked happen happens happened get gets got getting explain describe
    s t d m ll re ve
"""
FUNCTION_WORDS = frozenset(_LISTING.split())
