using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mandate.Audit.Checkpoints;

/// <summary>
/// A signed statement about a ledger: so many events, and the root of the Merkle tree over them. Kept outside of the database it proves later that none of them was changed, removed, moved
/// or replaced, not even by somebody who owns the database. The text is a signed note (c2sp.org/signed-note) with the body of a transparency log's checkpoint (c2sp.org/tlog-checkpoint).
/// </summary>
public sealed record AuditCheckpoint
{
    private AuditCheckpoint(string note, string body, string origin, long size, AuditHash root) =>
        (Note, Body, Origin, Size, Root) = (note, body, origin, size, root);

    /// <summary>Which ledger: the signer's name, a slash and the percent-encoded tenant.</summary>
    public string Origin { get; }

    /// <summary>Whose ledger, by the origin.</summary>
    public string Tenant => Uri.UnescapeDataString(Origin[(Origin.LastIndexOf('/') + 1)..]);

    /// <summary>How many events it covers: those with the sequence numbers 1 to this.</summary>
    public long Size { get; }

    /// <summary>Root of the RFC 6962 Merkle tree over their hashes.</summary>
    public AuditHash Root { get; }

    /// <summary>The whole note, signatures included.</summary>
    public string Note { get; }

    /// <summary>The part that is signed, up to and with the newline before the empty line.</summary>
    internal string Body { get; }

    /// <summary>What a checkpoint of these says before it is signed.</summary>
    internal static string BodyOf(string origin, long size, AuditHash root) =>
        string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(root.ToArray())}\n");

    /// <summary>Name of a tenant's ledger.</summary>
    internal static string OriginOf(string name, string tenant) => $"{name}/{Uri.EscapeDataString(tenant)}";

    /// <summary>Reads a note. Its signature is not looked at: see <see cref="AuditCheckpointKey.Verifies"/>.</summary>
    public static bool TryParse(string? note, [NotNullWhen(true)] out AuditCheckpoint? checkpoint)
    {
        checkpoint = null;
        if (note is not { Length: > 0 and < 64 * 1024 } || note.Any(c => c < ' ' && c != '\n'))
            return false;
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        var body = note[..(end + 1)];
        Span<byte> root = stackalloc byte[AuditHash.Size];
        if (body.Split('\n') is not [{ Length: > 0 } origin, var sizeText, { Length: 44 } rootText, ..]
            || !long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || sizeText != size.ToString(CultureInfo.InvariantCulture)
            || !Convert.TryFromBase64String(rootText, root, out var written) || written != root.Length)
        {
            return false;
        }

        checkpoint = new(note, body, origin, size, new(root));
        return true;
    }

    /// <summary>Whether it speaks of this tenant's ledger.</summary>
    public bool IsOf(string tenant) => Origin.EndsWith("/" + Uri.EscapeDataString(tenant), StringComparison.Ordinal);
}
