using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Mandate.Gateway.Tasks;

/// <summary>
/// What a worker gets in place of the engine's task token: the token with the run it belongs to and for whom, under a MAC. So whichever gateway the answer reaches knows all it needs
/// and keeps nothing, and a token that was forged, changed or taken from another run is refused.
/// </summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Attempt">The workflow or activity task's attempt, from 1; 0 for queries.</param>
/// <param name="Namespace">Namespace it is good for.</param>
/// <param name="WorkflowId">The run's workflow id.</param>
/// <param name="RunId">The run.</param>
/// <param name="RootWorkflowId">Top of its tree.</param>
/// <param name="WorkflowType">The run's type.</param>
/// <param name="TaskQueue">The run's task queue.</param>
/// <param name="Envelope">The run's signed principal; empty when it works for the system principal.</param>
/// <param name="Step">Type of the activity; empty for other kinds.</param>
/// <param name="Inner">The engine's token.</param>
internal sealed record TaskToken(
    TaskKind Kind, int Attempt, string Namespace, string WorkflowId, string RunId, string RootWorkflowId, string WorkflowType, string TaskQueue, string Envelope, string Step, ByteString Inner)
{
    /// <summary>Begins every token, so that one that never came from a gateway is told apart at once.</summary>
    public static ReadOnlySpan<byte> Magic => "MGT3"u8;

    private const int AtKind = 4 + TaskTokenKeys.KeyIdBytes;
    private const int AtAttempt = AtKind + 1;
    private const int AtProof = AtAttempt + 4;
    private const int FixedBytes = AtProof + 8;

    /// <summary>
    /// Until when the token proves which activity its holder is at, in milliseconds since 1970 UTC; 0 for other kinds. For how long it answers the task is the engine's to say.
    /// </summary>
    public long ProvesUntil { get; init; }

    /// <summary>Writes and signs: magic, key id, kind, attempt, until when it proves, the texts and the inner token each with a 4-byte length in front, MAC.</summary>
    public ByteString Seal(TaskTokenKeys keys)
    {
        ReadOnlySpan<string> texts = [Namespace, WorkflowId, RunId, RootWorkflowId, WorkflowType, TaskQueue, Envelope, Step];
        var size = FixedBytes + 4 + Inner.Length + TaskTokenKeys.MacBytes;
        foreach (var text in texts)
            size += 4 + Encoding.UTF8.GetByteCount(text);
        var bytes = new byte[size];
        var key = keys.Current;
        Magic.CopyTo(bytes);
        key.Id.CopyTo(bytes.AsSpan(4));
        bytes[AtKind] = (byte)Kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(AtAttempt), Attempt);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(AtProof), ProvesUntil);
        var at = FixedBytes;
        foreach (var text in texts)
        {
            var length = Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 4));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), length);
            at += 4 + length;
        }

        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), Inner.Length);
        Inner.Span.CopyTo(bytes.AsSpan(at + 4));
        at += 4 + Inner.Length;
        key.Sign(bytes.AsSpan(0, at), bytes.AsSpan(at));
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>Checks and reads; null for anything that no gateway with these keys gave out.</summary>
    public static TaskToken? Open(ByteString sealedToken, TaskTokenKeys keys)
    {
        var bytes = sealedToken.Span;
        if (bytes.Length < FixedBytes + TaskTokenKeys.MacBytes || !bytes.StartsWith(Magic) || !IsSigned(bytes, keys))
            return null;
        var signed = bytes[..^TaskTokenKeys.MacBytes];

        // From here on it is what a gateway wrote.
        var reader = new Reader(signed[FixedBytes..]);
        return new(
            (TaskKind)signed[AtKind],
            BinaryPrimitives.ReadInt32BigEndian(signed[AtAttempt..]),
            reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text(), ByteString.CopyFrom(reader.Bytes()))
        {
            ProvesUntil = BinaryPrimitives.ReadInt64BigEndian(signed[AtProof..]),
        };
    }

    /// <summary>Whether a gateway with these keys gave it out, in a form that is not read any more. All forms begin with magic and key id, and end with the MAC.</summary>
    public static bool IsOlder(ByteString sealedToken, TaskTokenKeys keys)
    {
        var bytes = sealedToken.Span;
        return bytes.Length > AtKind + TaskTokenKeys.MacBytes && bytes.StartsWith(Magic[..3]) && bytes[3] < Magic[3] && IsSigned(bytes, keys);
    }

    private static bool IsSigned(ReadOnlySpan<byte> bytes, TaskTokenKeys keys) =>
        keys.Find(bytes.Slice(4, TaskTokenKeys.KeyIdBytes)) is { } key && key.Verify(bytes[..^TaskTokenKeys.MacBytes], bytes[^TaskTokenKeys.MacBytes..]);

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public string Text() => Encoding.UTF8.GetString(Bytes());

        public ReadOnlySpan<byte> Bytes()
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(_rest);
            var bytes = _rest.Slice(4, length);
            _rest = _rest[(4 + length)..];
            return bytes;
        }
    }
}
