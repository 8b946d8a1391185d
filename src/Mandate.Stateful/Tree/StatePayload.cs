using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Tree;

/// <summary>A workflow's own state among the arguments of the run that continues it: the last one, with a mark that no argument of a user has.</summary>
internal static class StatePayload
{
    private const string Key = "mandate-state";
    private static readonly ByteString Version = ByteString.CopyFromUtf8("1");

    public static Payload Mark(Payload payload)
    {
        var marked = payload.Clone();
        marked.Metadata[Key] = Version;
        return marked;
    }

    public static Payload? Find(IReadOnlyList<Payload> arguments) => arguments is [.., var last] && last.Metadata.ContainsKey(Key) ? last : null;

    public static IEnumerable<Payload> WithoutState(IReadOnlyList<Payload> arguments) => arguments.Where(p => !p.Metadata.ContainsKey(Key));
}
