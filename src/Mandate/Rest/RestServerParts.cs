using Mandate.Configuration;
using Mandate.Executions;
using Mandate.Gateway;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Stateful;

namespace Mandate.Rest;

/// <summary>What the REST API is made of.</summary>
internal sealed record RestServerParts(
    MandateOptions Options,
    WorkflowConnection Connection,
    GatewayPipeline Pipeline,
    WorkflowCatalogue Catalogue,
    ServiceLedger Ledger,
    LedgerHealth LedgerHealth,
    ServiceIdentity Identity,
    ICallerAuthenticator Callers,
    SealingCodec? Codec,
    TokenVault Tokens,
    IApiTokenAuthority TokenAuthority);
