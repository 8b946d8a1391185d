using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.ErrorDetails.V1;

namespace Mandate.Protocol.Grpc.Status;

/// <summary>The header <c>grpc-status-details-bin</c>: a <c>google.rpc.Status</c> in base64, whose details are typed error messages.</summary>
internal static class StatusDetails
{
    /// <summary>Longest header value sent; see <see cref="StatusMessage.MaxEncodedLength"/>.</summary>
    internal const int MaxEncodedLength = 8192;

    private static readonly FrozenDictionary<string, MessageDescriptor> KnownTypes =
        ErrordetailsReflection.Descriptor.MessageTypes.ToFrozenDictionary(t => t.FullName, StringComparer.Ordinal);

    /// <summary>
    /// Encodes code, message and details. Null when there are no details. A value that would be too long for a header keeps the first details that fit;
    /// with none left, null.
    /// </summary>
    internal static string? Encode(RpcStatusCode code, string message, IReadOnlyList<IMessage> details)
    {
        if (details.Count == 0)
            return null;

        var status = new Api.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(details.Select(d => d as Any ?? Any.Pack(d)));
        while (status.CalculateSize() > MaxEncodedLength / 4 * 3)
        {
            if (status.Details.Count > 1)
                status.Details.RemoveAt(status.Details.Count - 1);
            else if (status.Message.Length > 0)
                status.Message = "";
            else
                return null;
        }

        // Without padding, as the specification prefers; every reader must take both forms.
        return status.ToByteString().ToBase64().TrimEnd('=');
    }

    /// <summary>Reads the details; null when the header is not a status of this code.</summary>
    internal static IReadOnlyList<IMessage>? Decode(string encoded, RpcStatusCode code)
    {
        try
        {
            var padded = encoded.TrimEnd('=');
            padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
            var status = Api.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(padded));
            return status.Code == (int)code ? [.. status.Details.Select(Unpack)] : null;
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IMessage Unpack(Any any)
    {
        if (!KnownTypes.TryGetValue(Any.GetTypeName(any.TypeUrl), out var type))
            return any;
        try
        {
            return type.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException)
        {
            return any;
        }
    }
}
