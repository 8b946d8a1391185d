using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Mandate.Credentials;

/// <summary>
/// Something other than a text that must not be shown, such as a key or a set of credentials. As with <see cref="Secret"/>, only
/// <see cref="Reveal"/> leads to it.
/// </summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="value">The secret.</param>
[DebuggerDisplay(Redaction.Text)]
[JsonConverter(typeof(SecretOfTJsonConverter))]
public sealed class Secret<T>(T value)
    where T : notnull
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly T _value = value;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private volatile bool _isWiped;

    /// <summary>The secret itself, to hand to where it is needed and nowhere else.</summary>
    /// <exception cref="ObjectDisposedException">It was wiped.</exception>
    public T Reveal()
    {
        ObjectDisposedException.ThrowIf(_isWiped, this);
        return _value;
    }

    /// <summary>Overwrites bytes and characters in memory, and disposes what can be disposed, such as a key. Of other kinds it only refuses to reveal them from now on.</summary>
    public void Wipe()
    {
        _isWiped = true;
        switch (_value)
        {
            case byte[] bytes:
                CryptographicOperations.ZeroMemory(bytes);
                break;
            case char[] text:
                Array.Clear(text);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    /// <summary><c>[secret]</c>.</summary>
    public override string ToString() => Redaction.Text;
}
