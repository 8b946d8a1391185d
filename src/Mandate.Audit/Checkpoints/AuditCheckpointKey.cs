using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Audit.Checkpoints;

/// <summary>The public key of a ledger's checkpoints. Give it to whoever is to verify them; its text form is <c>name+key id+key</c>, as signed notes have it.</summary>
public sealed class AuditCheckpointKey
{
    /// <summary>Signature type of ECDSA in signed notes.</summary>
    private const byte EcdsaType = 2;

    private const int KeyIdSize = 4;
    private readonly byte[] _publicKey;

    private AuditCheckpointKey(string name, byte[] publicKey)
    {
        Name = name;
        _publicKey = publicKey;
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(publicKey));
    }

    /// <summary>Name of the signer.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of the SHA-256 of the key's SubjectPublicKeyInfo, as signed notes define it for ECDSA.</summary>
    public uint Id { get; }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AuditCheckpointKey? key)
    {
        key = null;
        if (text?.Trim().Split('+', 3) is not [{ Length: > 0 } name, { Length: 8 } idText, var keyText] || !AuditCheckpointSigner.IsName(name)
            || !uint.TryParse(idText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        var bytes = new byte[256];
        if (!Convert.TryFromBase64String(keyText, bytes, out var written) || written < 2 || bytes[0] != EcdsaType)
            return false;
        var candidate = new AuditCheckpointKey(name, bytes[1..written]);
        try
        {
            using var _ = candidate.Open();
        }
        catch (CryptographicException)
        {
            return false;
        }

        key = candidate.Id == id ? candidate : null;
        return key is not null;
    }

    /// <summary>Whether the checkpoint's note has a signature by this key, and that is good.</summary>
    public bool Verifies(AuditCheckpoint checkpoint)
    {
        var body = Encoding.UTF8.GetBytes(checkpoint.Body);
        var found = false;
        foreach (var line in checkpoint.Note[(checkpoint.Body.Length + 1)..].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not ["—", var name, var text] || name != Name)
                continue;
            var bytes = new byte[text.Length];
            // One text for one signature: base64 with spaces or loose bits at its end is none.
            if (!Convert.TryFromBase64String(text, bytes, out var written) || Convert.ToBase64String(bytes, 0, written) != text
                || written <= KeyIdSize || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Id)
            {
                continue;
            }

            using var key = Open();
            if (!key.VerifyData(body, bytes.AsSpan(KeyIdSize, written - KeyIdSize), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                return false;
            found = true;
        }

        return found && checkpoint.Origin.StartsWith(Name + "/", StringComparison.Ordinal);
    }

    /// <summary>The text form.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([EcdsaType, .. _publicKey])}";

    internal static AuditCheckpointKey Of(string name, ECDsa key) => new(name, key.ExportSubjectPublicKeyInfo());

    private ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return key;
    }
}
