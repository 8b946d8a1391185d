using System.Security.Cryptography;
using System.Text.Json;

namespace Mandate.Identity.Keys;

/// <summary>Signing keys in a ring's file: <c>privateKey</c>, PKCS #8. The id must be the key's thumbprint.</summary>
internal sealed class EcKeyFormat : IKeyFormat<EcKey>
{
    public EcKey Create() => EcKey.Create();

    public string IdOf(EcKey key) => key.Id;

    public EcKey? Read(string id, JsonElement entry)
    {
        var pkcs8 = entry.GetProperty("privateKey").GetBytesFromBase64();
        var key = EcKey.FromPkcs8(pkcs8);
        CryptographicOperations.ZeroMemory(pkcs8);
        return key?.Id == id ? key : null;
    }

    public void Write(Utf8JsonWriter writer, EcKey key)
    {
        var pkcs8 = key.ToPkcs8();
        writer.WriteBase64String("privateKey", pkcs8);
        CryptographicOperations.ZeroMemory(pkcs8);
    }
}
