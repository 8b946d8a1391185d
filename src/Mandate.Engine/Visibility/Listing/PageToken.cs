using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>What a list remembers between its pages.</summary>
internal sealed record PageToken(long AsOf, RunCursor After)
{
    private const int DigestLength = 16;

    /// <summary>Reads a token; null for the first page.</summary>
    /// <exception cref="InvalidQueryException">The token is of another list, or none.</exception>
    public static PageToken? Parse(ByteString token, int namespaceKey, string query)
    {
        if (token.IsEmpty)
            return null;
        ListToken record;
        try
        {
            record = ListToken.Parser.ParseFrom(token);
        }
        catch (InvalidProtocolBufferException)
        {
            throw InvalidQueryException.ForeignToken();
        }

        if (!record.Query.Span.SequenceEqual(Digest(namespaceKey, query)))
            throw InvalidQueryException.ForeignToken();
        return new(record.AsOf, new(record.Key, record.Closed, record.Start, [.. record.Order.Select(Read)]));
    }

    public ByteString ToByteString(int namespaceKey, string query)
    {
        var record = new ListToken
        {
            Query = ByteString.CopyFrom(Digest(namespaceKey, query)),
            AsOf = AsOf,
            Closed = After.Closed,
            Start = After.Start,
            Key = After.Key,
        };
        record.Order.AddRange(After.Order.Select(Write));
        return record.ToByteString();
    }

    private static byte[] Digest(int namespaceKey, string query) => SHA256.HashData(Encoding.UTF8.GetBytes($"{namespaceKey}\n{query}"))[..DigestLength];

    private static IndexedValue? Read(OrderValue value) => value.ValueCase switch
    {
        OrderValue.ValueOneofCase.Integer => IndexedValue.Of(value.Integer),
        OrderValue.ValueOneofCase.Real => IndexedValue.Of(value.Real),
        OrderValue.ValueOneofCase.Text => IndexedValue.Of(value.Text),
        _ => null,
    };

    private static OrderValue Write(IndexedValue? value) => value switch
    {
        null => new(),
        { Text: { } text } => new() { Text = text },
        { IsReal: true } real => new() { Real = real.Real },
        { } integer => new() { Integer = integer.Integer },
    };
}
