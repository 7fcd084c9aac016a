"""HL7 and FHIR for hospitals: resources to the same verbs as the portal and the API."""
