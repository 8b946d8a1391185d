using System.Security.Cryptography;
using System.Text;

namespace Mandate.Identity.Callers;

/// <summary>
/// How an API key is written: <c>mandate_&lt;id&gt;_&lt;secret&gt;</c>, 16 and 64 hexadecimal digits. The prefix lets scanners of source code and logs find keys that leaked, and tells a key
/// from a token where both can stand.
/// </summary>
internal static class ApiKeyText
{
    public const string Prefix = "mandate_";
    private const int IdLength = 16;
    private const int SecretLength = 64;
    private const int Length = 8 + IdLength + 1 + SecretLength;

    /// <summary>A new key.</summary>
    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        return (id, $"{Prefix}{id}_{RandomNumberGenerator.GetHexString(SecretLength, lowercase: true)}");
    }

    /// <summary>The id in a key; null when it is not written as one.</summary>
    public static string? IdOf(string text) =>
        text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_' ? text.Substring(Prefix.Length, IdLength) : null;

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
