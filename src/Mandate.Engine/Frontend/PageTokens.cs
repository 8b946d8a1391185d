using Google.Protobuf;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Page tokens of histories.</summary>
internal static class PageTokens
{
    public static ByteString Create(string runId, long nextEventId, bool wait) =>
        new PageToken { RunId = runId, NextEventId = nextEventId, Wait = wait }.ToByteString();

    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static PageToken? Parse(ByteString bytes)
    {
        if (bytes.IsEmpty)
            return null;
        try
        {
            var token = PageToken.Parser.ParseFrom(bytes);
            Check.That(Guid.TryParse(token.RunId, out _) && token.NextEventId >= 0, "The page token is not one this engine gave out.");
            return token;
        }
        catch (InvalidProtocolBufferException)
        {
            throw Errors.InvalidArgument("The page token is not one this engine gave out.");
        }
    }

    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static IReadOnlyList<HistoryEvent> Suffix(PageToken token)
    {
        try
        {
            return token.Suffix.IsEmpty ? [] : HistoryMessage.Parser.ParseFrom(token.Suffix).Events;
        }
        catch (InvalidProtocolBufferException)
        {
            throw Errors.InvalidArgument("The page token is not one this engine gave out.");
        }
    }
}
