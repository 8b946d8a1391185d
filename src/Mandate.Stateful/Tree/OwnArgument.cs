using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Stateful.Tree;

/// <summary>
/// What is a workflow's own among the arguments of the run that continues it, behind those of the user: each has a mark that no argument of a user has. A payload codec seals them, as it does not seal every header.
/// </summary>
internal static class OwnArgument
{
    /// <summary>Mark of the workflow's state.</summary>
    public const string State = "mandate-state";

    /// <summary>Mark of what it returns, or fails with, in a run to come.</summary>
    public const string End = "mandate-end";

    private static readonly ByteString Version = ByteString.CopyFromUtf8("1");

    public static RawPayload Mark(Payload payload, string mark)
    {
        var marked = payload.Clone();
        marked.Metadata[mark] = Version;
        return new(marked);
    }

    /// <summary>The payload with a mark, without it; null where there is none. A run appends its own behind what it was called with, so the last one counts.</summary>
    public static Payload? Find(IReadOnlyList<Payload> arguments, string mark)
    {
        if (arguments.LastOrDefault(p => p.Metadata.ContainsKey(mark))?.Clone() is not { } found)
            return null;
        found.Metadata.Remove(mark);
        return found;
    }

    public static IEnumerable<Payload> Without(IReadOnlyList<Payload> arguments) => arguments.Where(p => !p.Metadata.ContainsKey(State) && !p.Metadata.ContainsKey(End));
}
