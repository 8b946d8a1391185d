using Mandate.Audit;
using Mandate.Configuration;
using Mandate.Development.IdentityProvider;
using Mandate.Executions;
using Mandate.Hosting;

namespace Mandate.Rest;

/// <summary>What the REST API is made of.</summary>
internal sealed record RestServerParts(
    MandateOptions Options,
    WorkflowConnection Connection,
    WorkflowCatalogue Catalogue,
    AuditLedger Ledger,
    LedgerHealth LedgerHealth,
    ServiceIdentity Identity,
    DevelopmentIdentityProvider? IdentityProvider)
{
    /// <summary>Whose tokens are accepted.</summary>
    public string Authority => IdentityProvider?.Authority ?? Options.Authentication.Authority!;

    /// <summary>Audience of accepted tokens.</summary>
    public string Audience => Options.Authentication.Audience ?? "mandate";
}
