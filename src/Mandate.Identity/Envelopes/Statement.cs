using System.Globalization;
using System.Text.Json;

namespace Mandate.Identity.Envelopes;

/// <summary>
/// What is signed: a principal fixed to a run (type <see cref="PrincipalType"/>), or the sender of one message to a workflow (type <see cref="ActorType"/>, with
/// <see cref="Message"/>). The two types cannot stand in for each other.
/// </summary>
/// <param name="Principal">The user, with issuer and workflow id.</param>
/// <param name="Namespace">Claim <c>ns</c>: the namespace it is good for.</param>
/// <param name="WorkflowId">Claim <c>wid</c>: the root workflow's id, or the receiver's.</param>
/// <param name="Message">Claim <c>msg</c>: the message, such as <c>signal:approve</c>.</param>
internal sealed record Statement(Principal Principal, string Namespace, string WorkflowId, string? Message)
{
    public const string PrincipalType = "mandate-principal+jws";
    public const string ActorType = "mandate-actor+jws";

    /// <summary>Claims <c>swid</c>, <c>srid</c> and <c>sroot</c>: the sender of a message that is a workflow.</summary>
    public WorkflowSender? Sender { get; init; }

    public byte[] Write(string issuer, DateTimeOffset issued)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", issuer);
            writer.WriteString("sub", Principal.UserId);
            writer.WriteString("tid", Principal.TenantId);
            if (Sender?.Actor is { } workflow)
                writer.WriteString("act", workflow);
            else if (Principal.Actor is { } actor)
                writer.WriteString("act", actor);
            writer.WriteString("ns", Namespace);
            writer.WriteString("wid", WorkflowId);
            if (Message is not null)
                writer.WriteString("msg", Message);
            if (Sender is not null)
            {
                writer.WriteString("swid", Sender.WorkflowId);
                writer.WriteString("srid", Sender.RunId);
                writer.WriteString("sroot", Sender.RootWorkflowId);
            }

            writer.WriteNumber("iat", issued.ToUnixTimeSeconds());
            writer.WriteString("jti", Guid.CreateVersion7(issued).ToString("N", CultureInfo.InvariantCulture));
            if (Principal.Scopes.Count > 0)
            {
                writer.WriteStartArray("scp");
                foreach (var scope in Principal.Scopes)
                    writer.WriteStringValue(scope);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a statement; null when a claim is missing, of the wrong type, or no principal can be made of it.</summary>
    public static Statement? Read(byte[] payload, bool withMessage)
    {
        using var document = CompactJws.ParseObject(payload);
        if (document is null)
            return null;
        var root = document.RootElement;
        if (CompactJws.Text(root, "iss") is not { } issuer || CompactJws.Text(root, "sub") is not { } user || CompactJws.Text(root, "tid") is not { } tenant
            || CompactJws.Text(root, "ns") is not { } @namespace || CompactJws.Text(root, "wid") is not { } workflowId || CompactJws.Text(root, "jti") is null
            || !root.TryGetProperty("iat", out var issued) || issued.ValueKind is not JsonValueKind.Number
            || (CompactJws.Text(root, "msg") is null) == withMessage)
        {
            return null;
        }

        if (root.TryGetProperty("act", out var act) && act.ValueKind is not JsonValueKind.String)
            return null;
        if (!TryReadSender(root, withMessage, out var sender))
            return null;
        try
        {
            var scopes = Array.Empty<string>();
            if (root.TryGetProperty("scp", out var scp))
            {
                if (scp.ValueKind is not JsonValueKind.Array || scp.EnumerateArray().Any(s => s.ValueKind is not JsonValueKind.String))
                    return null;
                scopes = [.. scp.EnumerateArray().Select(s => s.GetString()!)];
            }

            var principal = new Principal(user, tenant)
            {
                // An id may be longer than an actor can be; the sender holds it.
                Actor = sender is null ? CompactJws.Text(root, "act") : null,
                Scopes = scopes,
                Issuer = issuer,
                RootWorkflowId = withMessage ? null : workflowId,
            };
            return new(principal, @namespace, workflowId, CompactJws.Text(root, "msg")) { Sender = sender };
        }
        catch (Exception e) when (e is PrincipalException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The three claims are there together or not at all, only on messages, and agree with <c>act</c>.</summary>
    private static bool TryReadSender(JsonElement root, bool withMessage, out WorkflowSender? sender)
    {
        sender = null;
        if (!root.TryGetProperty("swid", out _) && !root.TryGetProperty("srid", out _) && !root.TryGetProperty("sroot", out _))
            return true;
        if (!withMessage || CompactJws.Text(root, "swid") is not { Length: > 0 } id || CompactJws.Text(root, "srid") is not { Length: > 0 } run
            || CompactJws.Text(root, "sroot") is not { Length: > 0 } top)
        {
            return false;
        }

        sender = new(id, run, top);
        return CompactJws.Text(root, "act") == sender.Actor;
    }
}
