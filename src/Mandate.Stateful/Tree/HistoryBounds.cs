namespace Mandate.Stateful.Tree;

/// <summary>How much of its history a run fills before it leaves the rest to the next one.</summary>
internal static class HistoryBounds
{
    /// <summary>Servers end a run at 51,200 events or 50 MiB. From half of that on it stops where it would go on otherwise: what is on its way by then still has room.</summary>
    private const int FullEvents = 25_600;
    private const int FullBytes = 25 * 1024 * 1024;

    /// <summary>What a run adds to its history at least, where it began with a long one.</summary>
    private const int MostToAdd = 4 * 1024 * 1024;

    /// <summary>Whether nothing that adds much to the history is to be waited for any more.</summary>
    /// <param name="events">Number of events.</param>
    /// <param name="bytes">Their size.</param>
    public static bool IsFull(int events, int bytes) => events >= FullEvents || bytes >= FullBytes;

    /// <summary>
    /// Whether a run that goes on in a new one shortens its history by that. A registry of hundreds of thousands makes a history long from the start: going on at once would not shorten it, and would never end. Many
    /// events it is not handed, it has made them or got them since: they are left behind, whatever it began with.
    /// </summary>
    /// <param name="events">Number of events.</param>
    /// <param name="bytes">Their size.</param>
    /// <param name="beganWith">Size of the history that the run's first task began with.</param>
    public static bool HasGrown(int events, int bytes, int beganWith) =>
        events >= FullEvents / 2 || bytes >= beganWith + Math.Min(beganWith / 2, MostToAdd);
}
