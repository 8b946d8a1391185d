using Google.Protobuf;

namespace Mandate.Engine.History;

/// <summary>Some of a run's events, and where the next ones begin.</summary>
internal sealed class HistoryPage
{
    public required HistoryMessage History { get; init; }

    public ByteString NextPageToken { get; set; } = ByteString.Empty;
}
