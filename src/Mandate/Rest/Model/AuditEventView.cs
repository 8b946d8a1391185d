using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>One event of the ledger.</summary>
internal sealed record AuditEventView(
    [property: Description("Id of the event, UUID version 7.")] Guid Id,
    [property: Description("Place in the tenant's ledger, from 1 without gaps.")] long Sequence,
    [property: Description("When it was recorded, UTC.")] DateTimeOffset Time,
    [property: Description("Whose ledger.")] string Tenant,
    [property: Description("Kind of event.")] string Type,
    [property: Description("What was attempted.")] string Action,
    [property: Description("success, failure or denied.")] string Result,
    [property: Description("What it was done to.")] AuditResourceView Resource,
    [property: Description("Who did it.")] AuditActorView Actor,
    [property: Description("Where it belongs: trace, workflow and run ids.")] IReadOnlyDictionary<string, string> Context,
    [property: Description("Details.")] IReadOnlyDictionary<string, string> Metadata,
    [property: Description("Hash of the event before it, SHA-256 in hexadecimal.")] string PreviousHash,
    [property: Description("Hash of this event's canonical bytes.")] string Hash);
