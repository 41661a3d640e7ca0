"""The CRM: contacts, companies, leads, deals, activities and tasks."""
