namespace Mandate.Audit.Storage;

/// <summary>Sees one stored event; the bytes are valid during the call only.</summary>
/// <param name="place">The place the store keeps it in, which is its sequence number unless somebody moved it.</param>
/// <param name="canonical">Its canonical bytes as stored.</param>
/// <param name="hash">Its hash as stored.</param>
/// <returns>Whether to go on to the next one.</returns>
internal delegate bool EventVisitor(long place, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> hash);
