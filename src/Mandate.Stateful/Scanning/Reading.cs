namespace Mandate.Stateful.Scanning;

/// <summary>What is read of one history, as text and by its place.</summary>
/// <param name="visit">Is told each field and the text in it.</param>
/// <param name="open">Opens an encrypted payload; null where there are no keys.</param>
internal sealed class Reading(Action<string, string> visit, Func<Protocol.Api.Common.V1.Payload, Protocol.Api.Common.V1.Payload?>? open)
{
    public int Payloads { get; set; }

    public int Unreadable { get; set; }

    public Protocol.Api.Common.V1.Payload? Open(Protocol.Api.Common.V1.Payload sealedPayload) => open?.Invoke(sealedPayload);

    public void Text(string field, string text)
    {
        if (text.Length > 0)
            visit(field, text);
    }
}
