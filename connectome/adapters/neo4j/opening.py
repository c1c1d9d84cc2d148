"""Opens the graph on a server, or says what stands in the way."""

from __future__ import annotations

from urllib.parse import urlsplit

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity, basic_auth
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError

from connectome.adapters.neo4j.database import READ_SECONDS
from connectome.adapters.neo4j.store import Neo4jGraphStore
from connectome.ports import Bookmarks
from mesh.dependencies import Dependency
from mesh.listening import StartError
from mesh.settings import Secret

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
CONNECT_SECONDS = 3.0
RETRY_SECONDS = 30.0
"""So long the driver tries again, with jitter, what failed for a moment: a restart, a deadlock, a new leader."""
CONNECTIONS = 64


def open_graph(url: str, user: str, password: Secret, bookmarks: Bookmarks) -> Neo4jGraphStore:
    """StartError, which names the variable to look at."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise StartError(
            f"MYRIAD_GRAPH is one of {', '.join(SCHEMES)}, then ://host:port, and no more; who we are is said in"
            " MYRIAD_GRAPH_USER and MYRIAD_GRAPH_PASSWORD"
        )
    try:
        driver = connect(url, user, password)
    except (ConfigurationError, ValueError):
        raise StartError(f"MYRIAD_GRAPH: {parts.scheme}://host:port was expected") from None
    try:
        driver.verify_connectivity()
        return Neo4jGraphStore(driver, bookmarks, Dependency("graph", parts.netloc))
    except AuthError:
        driver.close()
        raise StartError(f"MYRIAD_GRAPH_USER or MYRIAD_GRAPH_PASSWORD: {parts.netloc} refuses them") from None
    except (DriverError, Neo4jError) as error:
        driver.close()
        raise StartError(f"MYRIAD_GRAPH: no Neo4j answers at {parts.netloc} ({type(error).__name__})") from None
    except BaseException:
        driver.close()
        raise


def connect(url: str, user: str, password: Secret) -> Driver:
    """Raises what the driver raises."""
    return GraphDatabase.driver(
        url,
        auth=basic_auth(user, password.reveal()) if password.reveal() else None,
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=READ_SECONDS,
        max_transaction_retry_time=RETRY_SECONDS,
        max_connection_pool_size=CONNECTIONS,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
    )
