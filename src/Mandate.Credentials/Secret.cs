using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Mandate.Credentials;

/// <summary>
/// A text that must not be shown: a password, client secret, API key or token. It shows as <c>[secret]</c> in strings, logs, JSON and the
/// debugger; <see cref="Reveal"/> is the one way to it, so that every use can be found by searching for that word.
/// </summary>
/// <remarks>Configuration binds to it from a plain text. Secrets do not compare: comparing in constant time is the business of who checks them.</remarks>
[DebuggerDisplay(Redaction.Text)]
[JsonConverter(typeof(SecretJsonConverter))]
[TypeConverter(typeof(SecretTypeConverter))]
public sealed class Secret : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private char[]? _value;

    /// <summary>Takes a secret. The one copy it keeps is wiped by <see cref="Dispose"/>, or when nobody refers to it any more; the text given remains the caller's.</summary>
    /// <exception cref="ArgumentException">It is empty, which is a missing secret.</exception>
    public Secret(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
            throw new ArgumentException("A secret is empty. Leave it out where none is meant.", nameof(value));

        // Pinned, so that no move by the garbage collector leaves a copy behind.
        _value = GC.AllocateUninitializedArray<char>(value.Length, pinned: true);
        value.CopyTo(_value);
    }

    /// <summary>Wipes what nobody disposed, such as tokens that several calls shared.</summary>
#pragma warning disable MA0055 // The memory is to be wiped, not given back: nothing else can do that for a secret without one owner.
    ~Secret() => Wipe();
#pragma warning restore MA0055

    /// <summary>The secret itself, to hand to where it is needed and nowhere else.</summary>
    /// <exception cref="ObjectDisposedException">It was wiped.</exception>
    public string Reveal()
    {
        var value = _value;
        ObjectDisposedException.ThrowIf(value is null, this);
        var text = new string(value);

        // Without this the finalizer could wipe what is being copied.
        GC.KeepAlive(this);
        return text;
    }

    /// <summary><c>[secret]</c>.</summary>
    public override string ToString() => Redaction.Text;

    /// <summary>Wipes the copy in memory.</summary>
    public void Dispose()
    {
        Wipe();
        GC.SuppressFinalize(this);
    }

    private void Wipe()
    {
        var value = Interlocked.Exchange(ref _value, null);
        if (value is not null)
            Array.Clear(value);
    }
}
