using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Protocol.Conversion.Sealing;

namespace Mandate.Identity.Keys;

/// <summary>Payload keys in a ring's file: <c>key</c>, its 32 bytes.</summary>
internal sealed class PayloadKeyFormat : IKeyFormat<PayloadKey>
{
    public PayloadKey Create() => PayloadKey.Create(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));

    public string IdOf(PayloadKey key) => key.Id;

    public PayloadKey? Read(string id, JsonElement entry)
    {
        var bytes = entry.GetProperty("key").GetBytesFromBase64();
        try
        {
            return new(id, bytes);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Write(Utf8JsonWriter writer, PayloadKey key)
    {
        var bytes = key.Export();
        writer.WriteBase64String("key", bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }
}
