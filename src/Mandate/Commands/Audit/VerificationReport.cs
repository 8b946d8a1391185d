using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mandate.Audit;

namespace Mandate.Commands.Audit;

/// <summary>What <c>mandate audit verify</c> found, for people and for programs.</summary>
internal static class VerificationReport
{
    public static void Write(TextWriter output, IReadOnlyList<AuditVerification> results)
    {
        foreach (var result in results)
        {
            var vouched = result.Vouched > 0 ? $", {result.Vouched} vouched for by a checkpoint" : ", none vouched for by a checkpoint";
            output.WriteLine(result.Damage is { } damage
                ? $"{result.Tenant}: DAMAGED at event {damage.Sequence} ({damage.Kind}): {damage.Message} {result.Checked} events before it are intact{vouched}."
                : $"{result.Tenant}: intact. Events {result.First} to {result.Head.Sequence}{vouched}. Head {result.Head.Hash}.");
        }

        if (results.Count == 0)
            output.WriteLine("There is no ledger in this store yet.");
    }

    public static string Json(IReadOnlyList<AuditVerification> results)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("valid"u8, results.All(r => r.IsValid));
            json.WriteStartArray("ledgers"u8);
            foreach (var result in results)
                Write(json, result);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, AuditVerification result)
    {
        json.WriteStartObject();
        json.WriteString("tenant"u8, result.Tenant);
        json.WriteBoolean("valid"u8, result.IsValid);
        json.WriteNumber("first"u8, result.First);
        json.WriteNumber("checked"u8, result.Checked);
        json.WriteNumber("vouchedUpTo"u8, result.Vouched);
        json.WriteStartObject("head"u8);
        json.WriteNumber("sequence"u8, result.Head.Sequence);
        json.WriteString("hash"u8, result.Head.Hash.ToString());
        json.WriteEndObject();
        if (result.Root is { } root)
            json.WriteString("root"u8, root.ToString());
        if (result.Damage is { } damage)
        {
            json.WriteStartObject("damage"u8);
            json.WriteNumber("sequence"u8, damage.Sequence);
            json.WriteString("kind"u8, damage.Kind.ToString());
            json.WriteString("message"u8, damage.Message);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
