using System.Text.Json;

namespace Mandate.Identity.Keys;

/// <summary>How one kind of key stands in a ring's file.</summary>
internal interface IKeyFormat<T>
    where T : class, IDisposable
{
    /// <summary>A new key.</summary>
    T Create();

    /// <summary>Its id, which the file holds as <c>id</c>.</summary>
    string IdOf(T key);

    /// <summary>Reads the kind's own part of an entry; null when it cannot be such a key.</summary>
    /// <exception cref="FormatException">It cannot be.</exception>
    T? Read(string id, JsonElement entry);

    /// <summary>Writes the kind's own part of an entry.</summary>
    void Write(Utf8JsonWriter writer, T key);
}
